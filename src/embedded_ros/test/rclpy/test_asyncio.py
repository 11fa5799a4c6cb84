"""Futures of rclpy can be awaited in an asyncio program."""

import asyncio

import pytest

from rclpy.executors import SingleThreadedExecutor
from rclpy.task import Future


def test_asyncio_awaits_a_future() -> None:
    async def main() -> object:
        future: Future = Future()
        asyncio.get_running_loop().call_soon(future.set_result, 7)
        return await future

    assert asyncio.run(main()) == 7


def test_a_task_of_an_executor_that_asyncio_spins_awaits_one_too(own_router: str) -> None:
    import rclpy

    async def main(executor: SingleThreadedExecutor) -> object:
        future: Future = Future(executor=executor)

        async def wait() -> object:
            return await future

        task = executor.create_task(wait())
        executor.spin_once(timeout_sec=0)
        future.set_result(8)
        while not task.done():
            executor.spin_once(timeout_sec=0.1)
            await asyncio.sleep(0)
        return task.result()

    rclpy.init()
    executor = SingleThreadedExecutor()
    try:
        assert asyncio.run(asyncio.wait_for(main(executor), timeout=30)) == 8
    finally:
        executor.shutdown()
        rclpy.shutdown()


@pytest.mark.parametrize("error", [ValueError("x")])
def test_asyncio_gets_a_futures_exception(error: Exception) -> None:
    async def main() -> None:
        future: Future = Future()
        asyncio.get_running_loop().call_soon(future.set_exception, error)
        await future

    with pytest.raises(ValueError, match="x"):
        asyncio.run(main())
