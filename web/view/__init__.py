"""What the pages show: frozen view models, their words, and the ways figures are written.

A route fills one of these dataclasses from the database and hands it to its template; a template
sees nothing else but the globals listed in `web.presentation`. View models know no Flask and no
database. Instants are aware datetimes in UTC; days that are left, and sums that agree or not, are
worked out here, so that a template only decides where a thing stands, never what is true.

Where a field is typed `Said`, a plain string is shown as it is and a `Text` in the reader's
language. Addresses (`href`, `action`) come ready made: templates know no endpoint.
"""

from __future__ import annotations

from web.view.account import AccountView, PasskeyRow, PasskeysView, SessionRow
from web.view.case_file import CaseFileView, CheckRow, ReportRow, SendingBack, SentBack
from web.view.devices import (
    DeviceCodeView,
    DeviceRow,
    DeviceState,
    DevicesView,
    KeyRow,
    OneDeviceView,
    StationForm,
)
from web.view.field import Field
from web.view.formats import Formats, code_groups, pseudonym_tail
from web.view.implants import ImplantView
from web.view.ledger import (
    CheckpointView,
    EntryCategory,
    EntryRow,
    LedgerView,
    ProofView,
    VerificationView,
    WitnessRow,
)
from web.view.life import (
    Document,
    Lane,
    LaneGroup,
    Life,
    Seal,
    SealSummary,
    Step,
    StepClimate,
    StepKind,
    StepLink,
)
from web.view.pages import (
    HitKind,
    NavItem,
    PasswordView,
    Person,
    ProblemView,
    RecallAlert,
    SearchHit,
    SearchView,
    SecondFactorView,
    Shell,
    SignInView,
    Theme,
    Toast,
    TourStep,
)
from web.view.recall import (
    CaseState,
    ChosenProduct,
    Clock,
    ClockState,
    ConcludeForm,
    LotChoice,
    PatientList,
    PatientListState,
    PatientRow,
    RecallClass,
    RecallForm,
    RecallListView,
    RecallRow,
    RecallView,
    SignerFields,
    WardCount,
)
from web.view.recall_notice import MatchChoice, NoticeForm
from web.view.recall_scope import ScopeItem, ScopeView
from web.view.recall_tasks import TaskRow, TasksView
from web.view.said import Said
from web.view.staff import (
    Choice,
    GivenPasswordView,
    KeepView,
    NewStaffView,
    OneOfStaffView,
    StaffRow,
    StaffView,
)
from web.view.sums import BarSlice, PartKind, PlaceCount, SumBar, SumPart
from web.view.things import (
    Code,
    ContentRow,
    Expiry,
    ExpiryState,
    Fact,
    LotView,
    ThingStatus,
    ThingView,
)
from web.view.verdict import Verdict, VerdictKind

__all__ = [
    "AccountView",
    "BarSlice",
    "CaseFileView",
    "CaseState",
    "CheckRow",
    "CheckpointView",
    "Choice",
    "ChosenProduct",
    "Clock",
    "ClockState",
    "Code",
    "ConcludeForm",
    "ContentRow",
    "DeviceCodeView",
    "DeviceRow",
    "DeviceState",
    "DevicesView",
    "Document",
    "EntryCategory",
    "EntryRow",
    "Expiry",
    "ExpiryState",
    "Fact",
    "Field",
    "Formats",
    "GivenPasswordView",
    "HitKind",
    "ImplantView",
    "KeepView",
    "KeyRow",
    "Lane",
    "LaneGroup",
    "LedgerView",
    "Life",
    "LotChoice",
    "LotView",
    "MatchChoice",
    "NavItem",
    "NewStaffView",
    "NoticeForm",
    "OneDeviceView",
    "OneOfStaffView",
    "PartKind",
    "PasskeyRow",
    "PasskeysView",
    "PasswordView",
    "PatientList",
    "PatientListState",
    "PatientRow",
    "Person",
    "PlaceCount",
    "ProblemView",
    "ProofView",
    "RecallAlert",
    "RecallClass",
    "RecallForm",
    "RecallListView",
    "RecallRow",
    "RecallView",
    "ReportRow",
    "Said",
    "ScopeItem",
    "ScopeView",
    "Seal",
    "SealSummary",
    "SearchHit",
    "SearchView",
    "SecondFactorView",
    "SendingBack",
    "SentBack",
    "SessionRow",
    "Shell",
    "SignInView",
    "SignerFields",
    "StaffRow",
    "StaffView",
    "StationForm",
    "Step",
    "StepClimate",
    "StepKind",
    "StepLink",
    "SumBar",
    "SumPart",
    "TaskRow",
    "TasksView",
    "Theme",
    "ThingStatus",
    "ThingView",
    "Toast",
    "TourStep",
    "Verdict",
    "VerdictKind",
    "VerificationView",
    "WardCount",
    "WitnessRow",
    "code_groups",
    "pseudonym_tail",
]
