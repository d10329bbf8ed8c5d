"""A server that speaks S3, with two buckets, on the loopback."""

import json

import boto3
from moto.server import ThreadedMotoServer

KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}


class Buckets:
    """The server, and a client that looks into it."""

    def __init__(self):
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.server.start()
        _host, port = self.server.get_host_and_port()
        self.url = f"http://127.0.0.1:{port}"
        self.client = boto3.client("s3", endpoint_url=self.url, **KEYS)
        for bucket in ("pictures", "secrets"):
            self.client.create_bucket(Bucket=bucket)
        anybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::pictures/*"}
        policy = {"Version": "2012-10-17", "Statement": [anybody]}
        self.client.put_bucket_policy(Bucket="pictures", Policy=json.dumps(policy))

    def names(self, bucket="pictures"):
        return {row["Key"] for row in self.client.list_objects_v2(Bucket=bucket).get("Contents", [])}

    def head(self, name, bucket="pictures"):
        return self.client.head_object(Bucket=bucket, Key=name)

    def close(self):
        self.server.stop()
