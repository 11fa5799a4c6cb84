"""Package of the recorder node and of `twin ingest`."""

from setuptools import find_packages, setup

PACKAGE = "twin_recorder"

setup(
    name=PACKAGE,
    version="0.1.0",
    packages=find_packages(exclude=["test", "test.*"]),
    package_data={PACKAGE: ["py.typed"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{PACKAGE}"]),
        (f"share/{PACKAGE}", ["package.xml"]),
        (f"share/{PACKAGE}/config", ["config/topics.yaml"]),
    ],
    install_requires=[
        "setuptools",
        "duckdb",
        "mcap",
        "numpy",
        "orjson",
        "pyarrow>=19",
        "PyYAML",
        "rosbags",
        "zstandard",
    ],
    zip_safe=False,
    maintainer="Auraison",
    maintainer_email="ros@auraison.dev",
    description="Records a robot's topics into MCAP segments and lands them in the digital twin's lakehouse.",
    license="Apache-2.0",
    entry_points={
        "console_scripts": [f"{PACKAGE} = {PACKAGE}.main:main"],
        "twin.commands": [
            f"ingest = {PACKAGE}.command:register",
            f"recover = {PACKAGE}.recover_command:register",
        ],
    },
)
