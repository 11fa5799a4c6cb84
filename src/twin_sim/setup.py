"""Installs twin_sim (ament_python)."""

from setuptools import find_packages, setup

setup(
    name="twin_sim",
    version="0.1.0",
    packages=find_packages(exclude=["test", "test.*"]),
    package_data={"twin_sim": ["py.typed"]},
    data_files=[
        ("share/ament_index/resource_index/packages", ["resource/twin_sim"]),
        ("share/twin_sim", ["package.xml"]),
    ],
    install_requires=["setuptools", "mujoco", "numpy", "scipy", "PyYAML"],
    zip_safe=True,
    maintainer="Auraison",
    maintainer_email="ros@auraison.dev",
    description="TurtleBot3 Waffle and its worlds under MuJoCo physics, and a small navigation server.",
    license="Apache-2.0",
    entry_points={
        "console_scripts": [
            "mujoco_sim = twin_sim.simulator.main:main",
            "nav_server = twin_sim.nav.main:main",
            "world_export = twin_sim.world.export:main",
        ],
    },
)
