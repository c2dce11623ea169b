"""The services of AWS that the functions call, in memory, with the answers that boto3 gives."""
