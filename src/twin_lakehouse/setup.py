"""Build of the package, by colcon (ament_python) and by pip alike."""

from setuptools import find_packages, setup

PACKAGE = "twin_lakehouse"

setup(
    name=PACKAGE,
    version="0.1.0",
    description="The digital twin's tables in a DuckLake lakehouse, the operations on them, and the twin command",
    maintainer="Auraison",
    maintainer_email="ros@auraison.dev",
    license="Apache-2.0",
    python_requires=">=3.11",
    packages=find_packages(exclude=["test", "test.*"]),
    package_data={PACKAGE: ["py.typed", "report/*.j2"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{PACKAGE}"]),
        (f"share/{PACKAGE}", ["package.xml"]),
        ("bin", ["bin/twin"]),
    ],
    install_requires=[
        "setuptools",
        # The extension wheels are built for exactly one DuckDB; they move together.
        "duckdb==1.5.5",
        "duckdb-extension-ducklake==1.5.5",
        "duckdb-extension-sqlite-scanner==1.5.5",
        "duckdb-extension-postgres-scanner==1.5.5",
        "duckdb-extension-httpfs==1.5.5",
        "boto3>=1.36",
        "numpy>=1.26",
        "pyarrow>=17",
        # report/
        "Jinja2>=3.1",
        "matplotlib>=3.8",
        "mcap>=1.2",
        "Pillow>=10",
        "rosbags>=0.10",
    ],
    zip_safe=False,
    entry_points={"console_scripts": ["twin = twin_lakehouse.cli:main"]},
)
