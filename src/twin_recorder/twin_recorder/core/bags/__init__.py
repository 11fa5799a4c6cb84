"""Recordings that something else made: rosbag2 (SQLite, MCAP) and ROS 1 bags, as ROS 2 messages in order of time."""

from __future__ import annotations

from .model import Advance, BagTopic, Block, gathered, together
from .opening import Bag, open_bag, size_of

__all__ = ["Advance", "Bag", "BagTopic", "Block", "gathered", "open_bag", "size_of", "together"]
