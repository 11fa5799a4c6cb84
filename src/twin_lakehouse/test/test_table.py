"""One description gives columns, DDL and Arrow schema, as SPEC names them."""

# ruff: noqa: S608  table names are from records.py

from __future__ import annotations

import pyarrow as pa
import pytest

from twin_lakehouse import Lake, StateSnapshot, arrow_schema
from twin_lakehouse.errors import SchemaError
from twin_lakehouse.schema import spec_of, table_spec, tables

COLUMNS = {
    "twins.assets": "asset_id asset_type display_name status created_at retired_at metadata",
    "twins.urdf_assets": "urdf_id asset_id version urdf_path format uploaded_at checksum",
    "twins.state_snapshots": (
        "snapshot_id asset_id job_id timestamp source position_x position_y position_z orientation_qx orientation_qy "
        "orientation_qz orientation_qw linear_velocity angular_velocity reconciled cosmos_model "
        "predicted_from_snapshot_id"
    ),
    "twins.sensor_readings": "reading_id asset_id job_id sensor_type timestamp payload raw_path",
    "twins.events": "event_id asset_id job_id event_type timestamp actor payload",
    "twins.twin_jobs": (
        "twin_job_id twin_id job_id ray_job_id environment started_at completed_at wandb_run_id sync_status metadata"
    ),
    "twins.annotations": "annotation_id asset_id snapshot_id author annotation_type content created_at",
    "event_log.ros_navigation_trials": (
        "trial_id asset_id job_id location start_x start_y start_yaw goal_x goal_y goal_yaw outcome error_code "
        "error_msg started_at ended_at duration_s distance_m recoveries"
    ),
    "event_log.object_detections": (
        "detection_id asset_id job_id timestamp class score bbox_x bbox_y bbox_width bbox_height model frame_id "
        "image_topic raw_path"
    ),
    "event_log.agent_events": "event_id run_id kind payload ts",
    "recordings.segments": (
        "segment_id asset_id job_id sequence raw_path started_at ended_at message_count size_bytes topics config "
        "committed_at"
    ),
    "recordings.lake": "lake_id schema_version created_at",
}


@pytest.mark.parametrize("name", COLUMNS)
def test_table_in_the_lake_has_the_columns_of_the_spec_in_order(lake: Lake, name: str) -> None:
    assert lake.query(f"SELECT * FROM lake.{name}").column_names == COLUMNS[name].split()


def test_no_table_is_missing_from_the_list_above() -> None:
    assert {spec.name for spec in tables()} == set(COLUMNS)


def test_arrow_schema_has_the_types_that_the_lake_gives_back(lake: Lake) -> None:
    for spec in tables():
        stored = lake.query(f"SELECT * FROM lake.{spec.name}").schema
        assert [field.type for field in stored] == [field.type for field in arrow_schema(spec.name)], spec.name


def test_ddl_says_what_must_be_there() -> None:
    ddl = spec_of(StateSnapshot).create_ddl("lake")
    assert ddl.startswith('CREATE TABLE IF NOT EXISTS lake.twins.state_snapshots ("snapshot_id" UUID NOT NULL, ')
    assert '"cosmos_model" VARCHAR,' in ddl
    assert arrow_schema("twins.state_snapshots").field("timestamp") == pa.field("timestamp", pa.timestamp("us"), False)


def test_rows_of_a_job_lie_below_its_folder() -> None:
    with_job = {spec.name for spec in tables() if "job_id" in spec.column_names and spec.name != "twins.twin_jobs"}
    assert with_job == {spec.name for spec in tables() if spec.partition_by == "job_id"}


def test_unknown_table_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SchemaError, match=r"table twins\.nosuch: there is no such table; use one of twins\.assets"):
        table_spec("twins.nosuch")
    with pytest.raises(SchemaError, match="not a record"):
        spec_of(int)
