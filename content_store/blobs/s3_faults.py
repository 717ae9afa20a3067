"""What is wrong with an S3 storage that refuses: each of the usual mistakes has its code and its words.

An application says the code in its reader's language; `tell_operator` says to who set it up what to set instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

from content_store.errors import StoreError

UNAVAILABLE = "storage-unavailable"
WRONG_REGION = "storage-wrong-region"
NO_BUCKET = "storage-no-bucket"
WRONG_KEYS = "storage-wrong-keys"
NOT_ALLOWED = "storage-not-allowed"
WRONG_CLOCK = "storage-wrong-clock"

_CODES = {
    "PermanentRedirect": WRONG_REGION,
    "TemporaryRedirect": WRONG_REGION,
    "AuthorizationHeaderMalformed": WRONG_REGION,
    "AuthorizationQueryParametersError": WRONG_REGION,
    "IllegalLocationConstraintException": WRONG_REGION,
    "301": WRONG_REGION,
    "NoSuchBucket": NO_BUCKET,
    "InvalidBucketName": NO_BUCKET,
    "404": NO_BUCKET,
    "InvalidAccessKeyId": WRONG_KEYS,
    "SignatureDoesNotMatch": WRONG_KEYS,
    "InvalidToken": WRONG_KEYS,
    "ExpiredToken": WRONG_KEYS,
    "AccessDenied": NOT_ALLOWED,
    "AllAccessDisabled": NOT_ALLOWED,
    "AccountProblem": NOT_ALLOWED,
    "403": NOT_ALLOWED,
    "RequestTimeTooSkewed": WRONG_CLOCK,
}


@dataclass(frozen=True, slots=True)
class Place:
    """What a storage was set up as: the bucket, the region that requests are signed for, the endpoint."""

    bucket: str
    region: str
    endpoint: str


def client_error(error: BaseException) -> ClientError | None:
    """The storage's own answer behind an error; boto3's transfers wrap it."""
    if isinstance(error, ClientError):
        return error
    behind = error.__cause__ or error.__context__
    return behind if isinstance(behind, ClientError) else None


def error_code(error: BaseException) -> str:
    """The code of the storage's answer, '' where it gave none."""
    found = client_error(error)
    return str(found.response.get("Error", {}).get("Code", "")) if found is not None else ""


def fault_of(error: BaseException) -> str:
    """Our code for what is wrong; `storage-unavailable` where it may pass by itself."""
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return WRONG_KEYS
    return _CODES.get(error_code(error), UNAVAILABLE)


def fault_error(error: BaseException, place: Place) -> StoreError:
    """The error of the store for one of the storage."""
    fault = fault_of(error)
    if fault == UNAVAILABLE:
        sentence = f"The bucket {place.bucket} does not answer as it should. Try again in a minute."
    else:
        sentence = tell_operator(error, place)
    return StoreError(sentence, code=fault)


def tell_operator(error: BaseException, place: Place) -> str:
    """One sentence for who set it up: which mistake it is, and what to set. It never holds a key."""
    fault, code = fault_of(error), error_code(error)
    if fault == WRONG_REGION:
        return tell_region(place, _region_in(error))
    if fault == NO_BUCKET:
        return f"There is no bucket {place.bucket} at {place.endpoint}: make it there, or name the bucket that is there."
    if fault == WRONG_KEYS:
        return _tell_keys(code, place)
    if fault == NOT_ALLOWED:
        return (
            f"The access key may not use the bucket {place.bucket}: allow it s3:GetObject, s3:PutObject and "
            "s3:DeleteObject on its objects and s3:ListBucket on the bucket."
        )
    if fault == WRONG_CLOCK:
        return f"The clock of this machine and that of {place.endpoint} differ too much: set up NTP."
    said = str(error) if isinstance(error, ClientError | BotoCoreError) else type(error).__name__
    return f"The bucket {place.bucket} cannot be used: {said}. Check endpoint, bucket and keys."


def tell_region(place: Place, region: str) -> str:
    """The sentence for a bucket of another region, whose name the storage often tells."""
    if region and region != place.region:
        return (
            f"The bucket {place.bucket} lies in the region {region}, not {place.region}: set region={region}."
        )
    return (
        f"The bucket {place.bucket} does not lie in the region {place.region}: set region=… to its own, and the "
        "endpoint of that region."
    )


def _tell_keys(code: str, place: Place) -> str:
    if code == "InvalidAccessKeyId":
        return f"{place.endpoint} does not know the access key: set the key as in s3://key:secret@{place.bucket}."
    if code == "SignatureDoesNotMatch":
        return (
            f"The secret does not belong to the access key: set both anew, as in s3://key:secret@{place.bucket} "
            "(a /, + or % inside is written %2F, %2B, %25)."
        )
    if code in {"InvalidToken", "ExpiredToken"}:
        return "The session token of the keys has ended: give new keys, or a role that renews them."
    return f"There are no keys for the bucket {place.bucket}: set them as in s3://key:secret@{place.bucket}."


def _region_in(error: BaseException) -> str:
    found = client_error(error)
    if found is None:
        return ""
    told = found.response.get("Error", {}).get("Region")
    headers = found.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return str(told or headers.get("x-amz-bucket-region", ""))
