"""Build of the twin_node package (ament_python)."""

from setuptools import find_packages, setup

setup(
    name="twin_node",
    version="0.1.0",
    packages=find_packages(exclude=["test", "test.*"]),
    package_data={"twin_node": ["py.typed"]},
    data_files=[
        ("share/ament_index/resource_index/packages", ["resource/twin_node"]),
        ("share/twin_node", ["package.xml"]),
    ],
    install_requires=["setuptools"],
    zip_safe=True,
    maintainer="Auraison",
    maintainer_email="ros@auraison.dev",
    description="The shell of a node: its parameters, log, diagnostics and end.",
    license="Apache-2.0",
)
