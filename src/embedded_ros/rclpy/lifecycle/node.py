"""Lifecycle nodes: the state machine, its callbacks, and the services and topic that show and drive it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lifecycle_msgs.msg import State, Transition, TransitionDescription, TransitionEvent
from lifecycle_msgs.srv import ChangeState, GetAvailableStates, GetAvailableTransitions, GetState

from rclpy.callback_groups import CallbackGroup
from rclpy.impl import lifecycle_state_machine as machine
from rclpy.impl.errors import RCLError
from rclpy.impl.lifecycle_state_machine import TransitionCallbackReturnType as TransitionCallbackReturn
from rclpy.lifecycle.managed_entity import ManagedEntity
from rclpy.lifecycle.publisher import LifecyclePublisher
from rclpy.node import Node
from rclpy.qos import QoSProfile
from rclpy.service import Service

if TYPE_CHECKING:
    # Used by the mixin, which is always mixed with a Node.
    _NodeBase = Node
else:
    _NodeBase = object

_CALLBACKS = {
    machine.CONFIGURING: "on_configure",
    machine.CLEANING_UP: "on_cleanup",
    machine.SHUTTING_DOWN: "on_shutdown",
    machine.ACTIVATING: "on_activate",
    machine.DEACTIVATING: "on_deactivate",
    machine.ERROR_PROCESSING: "on_error",
}
_SHUTDOWNS = {
    machine.UNCONFIGURED: Transition.TRANSITION_UNCONFIGURED_SHUTDOWN,
    machine.INACTIVE: Transition.TRANSITION_INACTIVE_SHUTDOWN,
    machine.ACTIVE: Transition.TRANSITION_ACTIVE_SHUTDOWN,
}


class LifecycleState(NamedTuple):
    """A state as callbacks are given it."""

    label: str
    state_id: int


class LifecycleNodeMixin(ManagedEntity, _NodeBase):
    """What makes a Node a lifecycle node; call its constructor after the Node's."""

    def __init__(
        self, *, enable_communication_interface: bool = True, callback_group: CallbackGroup | None = None
    ) -> None:
        """Without the communication interface there are neither services nor `~/transition_event`."""
        if not isinstance(enable_communication_interface, bool):
            raise TypeError(f"enable_communication_interface must be a bool, not {enable_communication_interface!r}")
        self._managed_entities: set[ManagedEntity] = set()
        self._state_machine = machine.LifecycleStateMachine(
            self.__publish_move if enable_communication_interface else None
        )
        if enable_communication_interface:
            # The Node's own: a subclass may have its publishers made silent ones.
            self.__transition_events = Node.create_publisher(
                self, TransitionEvent, "~/transition_event", QoSProfile(depth=10)
            )
            self.__serve(callback_group or self.default_callback_group)

    def __serve(self, group: CallbackGroup) -> None:
        for name, srv_type, callback in (
            ("change_state", ChangeState, self.__on_change_state),
            ("get_state", GetState, self.__on_get_state),
            ("get_available_states", GetAvailableStates, self.__on_get_available_states),
            ("get_available_transitions", GetAvailableTransitions, self.__on_get_available_transitions),
            ("get_transition_graph", GetAvailableTransitions, self.__on_get_transition_graph),
        ):
            service: Service = Node.create_service(self, srv_type, f"~/{name}", callback, callback_group=group)
            setattr(self, f"_service_{name}", service)
            setattr(self._state_machine, f"service_{name}", service.handle)

    def trigger_configure(self) -> TransitionCallbackReturn:
        """How the callback ended. Raises RCLError where the state does not allow it, here and below."""
        return self.__change_state(Transition.TRANSITION_CONFIGURE)

    def trigger_cleanup(self) -> TransitionCallbackReturn:
        return self.__change_state(Transition.TRANSITION_CLEANUP)

    def trigger_shutdown(self) -> TransitionCallbackReturn:
        state = self._state_machine.current_state
        if state not in _SHUTDOWNS:
            raise RCLError(f"shutdown is not possible in state '{state.label}'")
        return self.__change_state(_SHUTDOWNS[state])

    def trigger_activate(self) -> TransitionCallbackReturn:
        return self.__change_state(Transition.TRANSITION_ACTIVATE)

    def trigger_deactivate(self) -> TransitionCallbackReturn:
        return self.__change_state(Transition.TRANSITION_DEACTIVATE)

    def add_managed_entity(self, entity: ManagedEntity) -> None:
        """Have the entity's callbacks called by the node's. Raises TypeError for anything else."""
        if not isinstance(entity, ManagedEntity):
            raise TypeError(f"a ManagedEntity is needed, not {type(entity).__name__}")
        self._managed_entities.add(entity)

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Ask the managed entities, up to the first that does not succeed. Call it from an override, as below."""
        return self.__ask_entities("on_configure", state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        return self.__ask_entities("on_cleanup", state)

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        return self.__ask_entities("on_shutdown", state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        return self.__ask_entities("on_activate", state)

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        return self.__ask_entities("on_deactivate", state)

    def on_error(self, state: LifecycleState) -> TransitionCallbackReturn:
        return self.__ask_entities("on_error", state)

    def __ask_entities(self, callback: str, state: LifecycleState) -> TransitionCallbackReturn:
        for entity in self._managed_entities:
            answer = getattr(entity, callback)(state)
            if not isinstance(answer, TransitionCallbackReturn):
                raise TypeError(f"{entity!r}.{callback}() must return a TransitionCallbackReturn, not {answer!r}")
            if answer is not TransitionCallbackReturn.SUCCESS:
                return answer
        return TransitionCallbackReturn.SUCCESS

    def create_lifecycle_publisher(self, *args: Any, **kwargs: Any) -> LifecyclePublisher:
        """Arguments as for `create_publisher`."""
        if "publisher_class" in kwargs:
            raise TypeError("create_lifecycle_publisher() has no argument 'publisher_class'")
        publisher = Node.create_publisher(self, *args, **kwargs, publisher_class=LifecyclePublisher)
        assert isinstance(publisher, LifecyclePublisher)
        self._managed_entities.add(publisher)
        return publisher

    def destroy_lifecycle_publisher(self, publisher: LifecyclePublisher) -> bool:
        """True where the publisher was this node's."""
        self._managed_entities.discard(publisher)
        return Node.destroy_publisher(self, publisher)

    def __change_state(self, transition_id: int) -> TransitionCallbackReturn:
        number, label = self._state_machine.current_state
        before = LifecycleState(label=label, state_id=number)
        self._state_machine.trigger_transition_by_id(transition_id, True)
        answer = self.__call_back(before)
        if answer is TransitionCallbackReturn.ERROR:
            self.__call_back(before)
        return answer

    def __call_back(self, before: LifecycleState) -> TransitionCallbackReturn:
        """Run the callback of the state in which the machine is, and make the move that it leads to."""
        callback = _CALLBACKS[self._state_machine.current_state]
        try:
            answer = TransitionCallbackReturn(getattr(self, callback)(before))
        except Exception as error:
            self.get_logger().error(f"{callback}() failed with {type(error).__name__}: {error}")
            answer = TransitionCallbackReturn.ERROR
        self._state_machine.trigger_transition_by_label(answer.to_label(), True)
        return answer

    def __publish_move(self, move: machine.Transition) -> None:
        self.__transition_events.publish(
            TransitionEvent(
                timestamp=self.get_clock().now().nanoseconds,
                transition=Transition(id=move.id, label=move.label),
                start_state=_state_msg(move.start),
                goal_state=_state_msg(move.goal),
            )
        )

    def __on_change_state(self, request: Any, response: Any) -> Any:
        wanted = request.transition
        try:
            number = self._state_machine.get_transition_by_label(wanted.label) if wanted.label else wanted.id
            response.success = self.__change_state(number) is TransitionCallbackReturn.SUCCESS
        except RCLError as error:
            # Somebody's wrong request: the node goes on.
            self.get_logger().warning(f"change_state: {error}")
            response.success = False
        return response

    def __on_get_state(self, request: Any, response: Any) -> Any:
        response.current_state = _state_msg(self._state_machine.current_state)
        return response

    def __on_get_available_states(self, request: Any, response: Any) -> Any:
        response.available_states = [_state_msg(state) for state in self._state_machine.available_states]
        return response

    def __on_get_available_transitions(self, request: Any, response: Any) -> Any:
        response.available_transitions = _descriptions(self._state_machine.available_transitions)
        return response

    def __on_get_transition_graph(self, request: Any, response: Any) -> Any:
        response.available_transitions = _descriptions(self._state_machine.transition_graph)
        return response


def _state_msg(state: machine.State) -> State:
    return State(id=state.id, label=state.label)


def _descriptions(moves: tuple[machine.Transition, ...]) -> list[TransitionDescription]:
    return [
        TransitionDescription(
            transition=Transition(id=move.id, label=move.label),
            start_state=_state_msg(move.start),
            goal_state=_state_msg(move.goal),
        )
        for move in moves
    ]


class LifecycleNode(LifecycleNodeMixin, Node):
    """A node whose work follows the lifecycle: override `on_configure` and its kin."""

    def __init__(self, node_name: str, *, enable_communication_interface: bool = True, **kwargs: Any) -> None:
        """Further arguments are the Node's."""
        Node.__init__(self, node_name, **kwargs)
        LifecycleNodeMixin.__init__(self, enable_communication_interface=enable_communication_interface)
