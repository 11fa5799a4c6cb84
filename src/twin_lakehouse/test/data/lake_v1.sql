-- A lake as schema version 1 made it, with rows in it; attached as `lake`. Version 2 changed only lake_v2.sql.
CREATE SCHEMA IF NOT EXISTS lake.twins;
CREATE TABLE lake.twins.assets (
    "asset_id" VARCHAR NOT NULL,
    "asset_type" VARCHAR NOT NULL,
    "display_name" VARCHAR NOT NULL,
    "status" VARCHAR NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "retired_at" TIMESTAMP,
    "metadata" JSON NOT NULL
);
CREATE TABLE lake.twins.urdf_assets (
    "urdf_id" UUID NOT NULL,
    "asset_id" VARCHAR NOT NULL,
    "version" VARCHAR NOT NULL,
    "urdf_path" VARCHAR NOT NULL,
    "format" VARCHAR NOT NULL,
    "uploaded_at" TIMESTAMP NOT NULL,
    "checksum" VARCHAR NOT NULL
);
CREATE TABLE lake.twins.state_snapshots (
    "snapshot_id" UUID NOT NULL,
    "asset_id" VARCHAR NOT NULL,
    "job_id" VARCHAR,
    "timestamp" TIMESTAMP NOT NULL,
    "source" VARCHAR NOT NULL,
    "position_x" DOUBLE NOT NULL,
    "position_y" DOUBLE NOT NULL,
    "position_z" DOUBLE NOT NULL,
    "orientation_qx" DOUBLE NOT NULL,
    "orientation_qy" DOUBLE NOT NULL,
    "orientation_qz" DOUBLE NOT NULL,
    "orientation_qw" DOUBLE NOT NULL,
    "linear_velocity" DOUBLE,
    "angular_velocity" DOUBLE,
    "reconciled" BOOLEAN NOT NULL,
    "cosmos_model" VARCHAR,
    "predicted_from_snapshot_id" UUID
);
ALTER TABLE lake.twins.state_snapshots SET PARTITIONED BY (job_id);
CREATE TABLE lake.twins.sensor_readings (
    "reading_id" UUID NOT NULL,
    "asset_id" VARCHAR NOT NULL,
    "job_id" VARCHAR,
    "sensor_type" VARCHAR NOT NULL,
    "timestamp" TIMESTAMP NOT NULL,
    "payload" JSON NOT NULL,
    "raw_path" VARCHAR
);
ALTER TABLE lake.twins.sensor_readings SET PARTITIONED BY (job_id);
CREATE TABLE lake.twins.events (
    "event_id" UUID NOT NULL,
    "asset_id" VARCHAR NOT NULL,
    "job_id" VARCHAR,
    "event_type" VARCHAR NOT NULL,
    "timestamp" TIMESTAMP NOT NULL,
    "actor" VARCHAR NOT NULL,
    "payload" JSON NOT NULL
);
ALTER TABLE lake.twins.events SET PARTITIONED BY (job_id);
CREATE TABLE lake.twins.twin_jobs (
    "twin_job_id" UUID NOT NULL,
    "twin_id" VARCHAR NOT NULL,
    "job_id" VARCHAR NOT NULL,
    "ray_job_id" VARCHAR,
    "environment" VARCHAR NOT NULL,
    "started_at" TIMESTAMP NOT NULL,
    "completed_at" TIMESTAMP,
    "wandb_run_id" VARCHAR,
    "sync_status" VARCHAR NOT NULL
);
CREATE TABLE lake.twins.annotations (
    "annotation_id" UUID NOT NULL,
    "asset_id" VARCHAR NOT NULL,
    "snapshot_id" UUID,
    "author" VARCHAR NOT NULL,
    "annotation_type" VARCHAR NOT NULL,
    "content" VARCHAR NOT NULL,
    "created_at" TIMESTAMP NOT NULL
);
CREATE SCHEMA IF NOT EXISTS lake.event_log;
CREATE TABLE lake.event_log.ros_navigation_trials (
    "trial_id" UUID NOT NULL,
    "asset_id" VARCHAR NOT NULL,
    "job_id" VARCHAR,
    "location" VARCHAR NOT NULL,
    "start_x" DOUBLE NOT NULL,
    "start_y" DOUBLE NOT NULL,
    "start_yaw" DOUBLE NOT NULL,
    "goal_x" DOUBLE NOT NULL,
    "goal_y" DOUBLE NOT NULL,
    "goal_yaw" DOUBLE NOT NULL,
    "outcome" VARCHAR NOT NULL,
    "error_code" INTEGER NOT NULL,
    "error_msg" VARCHAR NOT NULL,
    "started_at" TIMESTAMP NOT NULL,
    "ended_at" TIMESTAMP NOT NULL,
    "duration_s" DOUBLE NOT NULL,
    "distance_m" DOUBLE NOT NULL,
    "recoveries" INTEGER NOT NULL
);
ALTER TABLE lake.event_log.ros_navigation_trials SET PARTITIONED BY (job_id);
CREATE TABLE lake.event_log.object_detections (
    "detection_id" UUID NOT NULL,
    "asset_id" VARCHAR NOT NULL,
    "job_id" VARCHAR,
    "timestamp" TIMESTAMP NOT NULL,
    "class" VARCHAR NOT NULL,
    "score" DOUBLE NOT NULL,
    "bbox_x" DOUBLE NOT NULL,
    "bbox_y" DOUBLE NOT NULL,
    "bbox_width" DOUBLE NOT NULL,
    "bbox_height" DOUBLE NOT NULL,
    "model" VARCHAR,
    "frame_id" VARCHAR,
    "image_topic" VARCHAR,
    "raw_path" VARCHAR
);
ALTER TABLE lake.event_log.object_detections SET PARTITIONED BY (job_id);
CREATE TABLE lake.event_log.agent_events (
    "event_id" UUID NOT NULL,
    "run_id" VARCHAR NOT NULL,
    "kind" VARCHAR NOT NULL,
    "payload" JSON NOT NULL,
    "ts" TIMESTAMP NOT NULL
);
CREATE SCHEMA IF NOT EXISTS lake.recordings;
CREATE TABLE lake.recordings.segments (
    "segment_id" UUID NOT NULL,
    "asset_id" VARCHAR NOT NULL,
    "job_id" VARCHAR NOT NULL,
    "sequence" INTEGER NOT NULL,
    "raw_path" VARCHAR NOT NULL,
    "started_at" TIMESTAMP NOT NULL,
    "ended_at" TIMESTAMP NOT NULL,
    "message_count" BIGINT NOT NULL,
    "size_bytes" BIGINT NOT NULL,
    "topics" JSON NOT NULL,
    "config" JSON NOT NULL,
    "committed_at" TIMESTAMP
);
ALTER TABLE lake.recordings.segments SET PARTITIONED BY (job_id);
CREATE TABLE lake.recordings.lake (
    "lake_id" UUID NOT NULL,
    "schema_version" INTEGER NOT NULL,
    "created_at" TIMESTAMP NOT NULL
);
INSERT INTO lake.twins.assets VALUES
    ('turtlebot-01', 'robot', 'Turtle', 'active', '2026-03-01 11:00:00', NULL, '{"limits": {"linear_velocity": 0.3}}');
INSERT INTO lake.twins.twin_jobs VALUES
    ('1f0e2c0a-0000-5000-8000-000000000001', 'turtlebot-01', 'job-1', NULL, 'ros.dev.gpu', '2026-03-01 12:00:00',
    '2026-03-01 12:05:00', 'a1b2c3d4', 'synced');
INSERT INTO lake.twins.state_snapshots VALUES
    ('1f0e2c0a-0000-5000-8000-000000000002', 'turtlebot-01', 'job-1', '2026-03-01 12:00:01', 'simulation',
    1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.2, NULL, true, NULL, NULL);
INSERT INTO lake.recordings.lake VALUES ('1f0e2c0a-0000-5000-8000-000000000003', 1, '2026-03-01 11:00:00');
