"""Forms: read from form-js schemas, shown in the reader's language, filled without JavaScript, checked on the server.

A form goes `read` -> `defaults` -> `view` -> `parse` -> `check` (or `check_types`) -> `fill`.
"""

from tasks.work.forms.answers import clean, defaults, fill
from tasks.work.forms.checking import OwnMessage, check, check_types, validate, validate_types
from tasks.work.forms.model import Field, Form, Group, Kind, Option, Source, Space, Text
from tasks.work.forms.posted import Post, Upload, asks_for_rows, parse
from tasks.work.forms.schema import examine, read
from tasks.work.forms.shown import Reader, Said
from tasks.work.forms.situation import Lookup, Situation
from tasks.work.forms.view import FieldView, FormView, GroupView, OptionView, RowView, TextView, view, view_filled

__all__ = [
    "Field",
    "FieldView",
    "Form",
    "FormView",
    "Group",
    "GroupView",
    "Kind",
    "Lookup",
    "Option",
    "OptionView",
    "OwnMessage",
    "Post",
    "Reader",
    "RowView",
    "Said",
    "Situation",
    "Source",
    "Space",
    "Text",
    "TextView",
    "Upload",
    "asks_for_rows",
    "check",
    "check_types",
    "clean",
    "defaults",
    "examine",
    "fill",
    "parse",
    "read",
    "validate",
    "validate_types",
    "view",
    "view_filled",
]
