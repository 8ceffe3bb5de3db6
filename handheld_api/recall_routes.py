"""Recalls over HTTP: what is blocked, to be checked out of reach too."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask.views import MethodView

from access import Action, Principal
from handheld_api import order_schemas
from handheld_api import recall_examples as examples
from handheld_api import recall_schemas as schemas
from handheld_api.asking import place_of
from handheld_api.identity import for_device, for_person, hospital, person
from handheld_api.outcomes import done
from handheld_api.parsing import HandheldBlueprint
from handheld_api.store_examples import DONE
from inventory import places_inside, products
from recall import Block, Case, Task, TaskStep, blocks_in_force

recalls_blueprint = HandheldBlueprint(
    "handheld_recalls",
    __name__,
    url_prefix="/api/handheld/v1",
    description="Recalls: what is blocked, and what is to be done at a place.",
)


@recalls_blueprint.route("/recalls/blocks")
class Blocks(MethodView):
    """What may not leave."""

    @for_device("recalls")
    @recalls_blueprint.response(200, schemas.BlocksSchema, example=examples.BLOCKS)
    def get(self) -> Any:  # noqa: ANN401 -- the answer, or a bare 304
        """List what open recalls hold, for a device to check while it is out of reach.

        The answer's ETag is its version: with `If-None-Match`, nothing comes while nothing changed.
        """
        house = hospital()
        with house.database.read() as connection:
            version, blocks = blocks_in_force(connection, house.ledger_id)
        etag = {"ETag": f'"{version}"', "Cache-Control": "no-cache"}
        if request.if_none_match.contains(str(version)):
            return Response(status=304, headers=etag)
        told = [told_block(each) for each in blocks]
        return {"version": version, "blocks": told}, 200, etag


def told_block(block: Block) -> dict[str, Any]:
    """A rule in force, as `recall_schemas.BlockSchema` writes it."""
    return {
        "case": block.case_id,
        "recall_class": block.recall_class,
        "product": block.product.code,
        "name": block.product.name,
        "identifiers": list(block.identifiers),
        "extent": block.extent.members(),
    }


@recalls_blueprint.route("/recalls/tasks")
class Tasks(MethodView):
    """What recalls ask of a place."""

    @for_person("recalls")
    @recalls_blueprint.arguments(schemas.TasksQuerySchema, location="query")
    @recalls_blueprint.response(200, schemas.TasksSchema, example=examples.TASKS)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """List the tasks of open recalls at a place and in it, those of its patients too."""
        place, house = place_of(asked, Action.SEE_RECALL), hospital()
        told: list[dict[str, Any]] = []
        with house.database.read() as connection:
            inside = places_inside(connection, house.ledger_id, place.code)
            codes = {each.location_id: each.code for each in inside}
            for case, tasks in house.recalls.tasks_at(connection, codes.keys()):
                numbers = [part.product_id for part in case.scope]
                known = products(connection, house.ledger_id, numbers)
                names = [known[number].name for number in dict.fromkeys(numbers)]
                told += [_told(case, task, codes[task.location_id], names) for task in tasks]
        return {"tasks": told}

    @for_person("recalls")
    @recalls_blueprint.arguments(schemas.TaskStepSchema, example=examples.STEP)
    @recalls_blueprint.response(200, order_schemas.DoneSchema, example=DONE)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Record a step of a task: taken notice of, counted, done, given to somebody."""
        place = place_of({"location": body.get("place")}, Action.WORK_RECALL)
        step = task_step(person(), body, place.code)
        return done(hospital().recorder.record([step])[0])


def task_step(by: Principal, body: dict[str, Any], place: str) -> TaskStep:
    """The step that `recall_schemas.TaskStepSchema` told, at a place.

    Raises:
        Invalid: it lacks what its kind of step is about.
    """
    return TaskStep(
        id=body["id"],
        case_id=body["case"],
        time=body["time"],
        work=body["work"],
        place=place,
        patient=body.get("patient"),
        step=body["step"],
        owner=body.get("owner"),
        count=body.get("count"),
        note=body.get("note", ""),
        person=by.number,
    )


def _told(case: Case, task: Task, place: str, names: list[str]) -> dict[str, Any]:
    return {
        "case": case.case_id,
        "recall_class": case.recall_class,
        "drill": case.drill,
        "reason": case.reason,
        "products": names,
        "lots": [lot for part in case.scope for lot in part.extent.lots],
        "work": task.work,
        "place": place,
        "patient": None if task.left is not None else task.subject,
        "state": task.state,
        "expected": task.expected,
        "left": task.left,
        "count": task.count,
        "owner": task.owner,
        "due": case.deadline,
    }
