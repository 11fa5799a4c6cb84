"""Build of the twin_navigator package (ament_python)."""

from setuptools import find_packages, setup

PACKAGE = "twin_navigator"

setup(
    name=PACKAGE,
    version="0.1.0",
    packages=find_packages(exclude=["test", "test.*"]),
    package_data={PACKAGE: ["py.typed"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{PACKAGE}"]),
        (f"share/{PACKAGE}", ["package.xml"]),
        (f"share/{PACKAGE}/config", ["config/navigator.yaml"]),
    ],
    install_requires=["setuptools", "numpy", "scipy", "PyYAML", "py_trees>=2.2"],
    zip_safe=True,
    maintainer="Auraison",
    maintainer_email="ros@auraison.dev",
    description="A behavior tree over Nav2's simple commander that searches named locations for a coloured object.",
    license="Apache-2.0",
    entry_points={"console_scripts": [f"{PACKAGE} = {PACKAGE}.main:main"]},
)
