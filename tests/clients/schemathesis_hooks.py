"""What schemathesis has to be told about a header that a schema cannot say."""

import uuid

import schemathesis

KEY = "Idempotency-Key"


@schemathesis.hook
def before_call(context, case, kwargs):
    """A key stands for one change, so that two questions that ought to be answered never share one. Questions that ought to
    be refused keep theirs: being refused for it is as good."""
    if KEY in (case.headers or {}) and (case.meta is None or case.meta.generation.mode.is_positive):
        case.headers[KEY] = str(uuid.uuid4())
