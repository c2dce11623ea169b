"""
The CDK app. It knows the server by its settings and its key names only.

The CDK runs on Node 20, but says at each start that Node 20 is past its life. What keeps it quiet
is read when `aws_cdk` is first imported, which is after this file.
"""

import os

os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")  # noqa: TID251
