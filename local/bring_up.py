"""Brings up one whole local deployment: embedded AWS, deployed stacks, simulators, front door."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from local import aws_server, deploy, front_door, seed, simulated, synth, witness
from local.addresses import Addresses
from local.aws_server import Aws
from local.children import Children
from local.front_door import FrontDoor
from local.options import Options
from local.places import Places
from local.probe import probe
from local.progress import Progress
from local.witness import Witness

ACCOUNTS: Final = ("Local", "Other")


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment that is up."""

    places: Places
    aws: Aws
    addresses: Addresses
    witness: Witness


def bring_up(
    chosen: Options, places: Places, children: Children, door: FrontDoor, progress: Progress
) -> Deployment:
    """
    Bring everything up, and write down where it is.

    It is empty: what the embedded AWS held before is gone. What takes long is started first, so
    that it starts while the app is synthesized.
    """
    places.forget_unused()
    # Whoever waits for the file must not take an old one.
    places.addresses.unlink(missing_ok=True)
    aws = aws_server.start(children, places)
    providers = simulated.start(children, chosen)
    assembly = synth.synthesize(children, places, progress)
    aws_server.wait_until_ready(aws, children)
    progress.tell(f"embedded AWS answers at {aws.endpoint_url}")
    api_url = f"http://{front_door.LOOPBACK}:{chosen.port}"
    parameters = {"PublicUrl": api_url, "ProviderUrls": json.dumps(providers)}
    outputs = deploy.deploy(aws, assembly, zips=places.zips, parameters=parameters)
    progress.tell(f"deployed {deploy.names(assembly)}")
    simulated.wait_until_ready(providers.values(), children)
    door.api = aws_server.api_address(aws, outputs["ApiId"])
    addresses = move_in(aws, outputs, api_url=api_url, providers=providers)
    probe(api_url)
    addresses.write(places.addresses)
    return Deployment(places, aws, addresses, witness.place(aws, addresses.bus_name))


def move_in(
    aws: Aws, outputs: Mapping[str, str], *, api_url: str, providers: dict[str, str]
) -> Addresses:
    """Give the deployment keys and accounts, and gather what its clients must know."""
    seed.put_provider_keys(aws, providers)
    first, other = (
        seed.create_account(aws, outputs["OperatorFunction"], name=name) for name in ACCOUNTS
    )
    return Addresses(
        api_url=api_url,
        api_key=first.api_key,
        other_api_key=other.api_key,
        aws_endpoint_url=aws.endpoint_url,
        region=aws.region,
        bus_name=outputs["BusName"],
        table_name=outputs["TableName"],
        bucket_name=outputs["BucketName"],
        simulators=providers,
    )
