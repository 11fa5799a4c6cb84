"""Colour and depth camera, rendered off screen."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Protocol

import mujoco
import numpy as np
from numpy.typing import NDArray

from twin_sim.errors import CameraUnavailableError
from twin_sim.simulator.core.config import CameraConfig, NoiseConfig
from twin_sim.simulator.core.physics import Physics
from twin_sim.simulator.core.readings import CameraReading
from twin_sim.world.mjcf import CAMERA_NAME, ROBOT_COLLISION_GROUP


class _GlContext(Protocol):
    def make_current(self) -> None: ...

    def free(self) -> None: ...


class Camera:
    """Renders in the thread that creates it: an OpenGL context belongs to one thread."""

    def __init__(self, physics: Physics, config: CameraConfig, noise: NoiseConfig, random: np.random.Generator) -> None:
        """Raises CameraUnavailableError when the machine gives no OpenGL context."""
        self._physics = physics
        self._config = config
        self._noise = noise
        self._random = random
        self._rect = mujoco.MjrRect(0, 0, config.width, config.height)
        self._gl = _open_gl(config.width, config.height)
        self._context = mujoco.MjrContext(physics.model, mujoco.mjtFontScale.mjFONTSCALE_100)
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN, self._context)
        self._context.readDepthMap = mujoco.mjtDepthMap.mjDEPTH_ZEROFAR
        self._scene = mujoco.MjvScene(physics.model, maxgeom=physics.model.ngeom + 100)
        self._options = mujoco.MjvOption()
        self._options.geomgroup[ROBOT_COLLISION_GROUP] = 0
        self._view = mujoco.MjvCamera()
        self._view.type = mujoco.mjtCamera.mjCAMERA_FIXED
        self._view.fixedcamid = mujoco.mj_name2id(physics.model, mujoco.mjtObj.mjOBJ_CAMERA, CAMERA_NAME)

    def take(self, stamp_ns: int) -> CameraReading:
        """Picture and depth of this instant, from one rendering pass."""
        rgb, depth = self.render(self._view)
        return CameraReading(stamp_ns=stamp_ns, rgb=self._noisy_rgb(rgb), depth=self._noisy_depth(depth))

    def use_random(self, random: np.random.Generator) -> None:
        """Take noise from another stream from now on."""
        self._random = random

    def render(self, view: mujoco.MjvCamera) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Noise-free rgb (height, width, 3) and depth (height, width; m) from any viewpoint."""
        height, width = self._config.height, self._config.width
        rgb = np.empty((height, width, 3), dtype=np.uint8)
        depth = np.empty((height, width), dtype=np.float32)
        self._gl.make_current()
        mujoco.mjv_updateScene(
            self._physics.model, self._physics.data, self._options, None, view, mujoco.mjtCatBit.mjCAT_ALL, self._scene
        )
        mujoco.mjr_render(self._rect, self._scene, self._context)
        mujoco.mjr_readPixels(rgb, depth, self._rect, self._context)
        return rgb[::-1], self._metres(depth[::-1])  # OpenGL's first row is the lowest

    def close(self) -> None:
        """Free the OpenGL context; call it in the thread that created the camera."""
        self._gl.make_current()
        self._context.free()
        self._gl.free()

    def _metres(self, buffer: NDArray[np.float32]) -> NDArray[np.float32]:
        """Undo the projection; the buffer holds 1 at the near plane and 0 at the far plane."""
        extent, planes = self._physics.model.stat.extent, self._physics.model.vis.map
        near, far = planes.znear * extent, planes.zfar * extent
        metres = near * far / (near + buffer.astype(np.float64) * (far - near))
        return np.asarray(metres, dtype=np.float32)

    def _noisy_rgb(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if not self._noise.enabled or self._noise.image == 0.0:
            return np.ascontiguousarray(rgb)
        noise = self._random.standard_normal(rgb.shape, dtype=np.float32) * np.float32(self._noise.image)
        return np.clip(rgb + noise + np.float32(0.5), 0.0, 255.0).astype(np.uint8)

    def _noisy_depth(self, depth: NDArray[np.float32]) -> NDArray[np.float32]:
        config = self._config
        noisy = depth
        if self._noise.enabled:
            # Stereo: the error in disparity is constant, so that in depth grows with its square.
            noise = self._random.standard_normal(depth.shape, dtype=np.float32) * np.float32(self._noise.depth)
            noisy = depth + noise * depth * depth
        inside = np.where(depth > config.depth_max, np.float32(np.inf), noisy)
        return np.where(depth < config.depth_min, np.float32(-np.inf), inside).astype(np.float32)


def _open_gl(width: int, height: int) -> _GlContext:
    backend = os.environ.get("MUJOCO_GL", "egl")
    try:
        gl = _gl_context_class(backend)(width, height)
        gl.make_current()
    except Exception as error:  # (each platform's binding raises its own kind, down to AttributeError)
        raise CameraUnavailableError(
            f"no OpenGL context for the camera (MUJOCO_GL={backend}: {error}); install libegl1 and libgl1-mesa-dri "
            "and set MUJOCO_GL=egl, or set the parameter camera.enabled to false"
        ) from error
    return gl


def _gl_context_class(backend: str) -> Callable[[int, int], _GlContext]:
    # EGL by default: MuJoCo's own default on Linux is GLFW, which needs a display.
    if backend == "egl":
        from mujoco.egl import GLContext

        return GLContext  # type: ignore[no-any-return]
    return mujoco.GLContext  # type: ignore[no-any-return]
