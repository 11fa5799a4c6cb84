"""Actions: goals that take time, with feedback, and that can be cancelled."""

from rclpy.action.client import ActionClient as ActionClient
from rclpy.action.graph import get_action_client_names_and_types_by_node as get_action_client_names_and_types_by_node
from rclpy.action.graph import get_action_names_and_types as get_action_names_and_types
from rclpy.action.graph import get_action_server_names_and_types_by_node as get_action_server_names_and_types_by_node
from rclpy.action.server import ActionServer as ActionServer
from rclpy.action.server import CancelResponse as CancelResponse
from rclpy.action.server import GoalResponse as GoalResponse
