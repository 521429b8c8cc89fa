"""Cases: starting one, finding one, and all that is known of it."""

from __future__ import annotations

import secrets
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tasks import cases, drawings, papers, reports, timeline
from tasks.cases import Sought
from tasks.context import Context
from tasks.work import forms, inbox, people
from web.diagram import picture
from web.entrance import Entrance
from web.languages import language
from web.pages import render
from web.states import call_names, legend, marks


def routes(entrance: Entrance) -> Blueprint:
    """The pages of cases."""
    pages = Blueprint("cases", __name__)

    @pages.get("/start")
    @entrance.looks
    def choose(ctx: Context) -> ResponseReturnValue:
        return render(ctx, "start.html", startable=[(found, secrets.token_urlsafe(18)) for found in cases.startable(ctx)])

    @pages.post("/start/<procedure_id>")
    @entrance.acts
    def start(ctx: Context, procedure_id: str) -> ResponseReturnValue:
        started = cases.start(ctx, procedure_id, key=request.form.get("key", ""))
        if started.item_id:
            return redirect(url_for("items.show", item_id=started.item_id), 303)
        return redirect(url_for("cases.show", number=started.case_number), 303)

    @pages.get("/cases")
    @entrance.looks
    def find(ctx: Context) -> ResponseReturnValue:
        found = cases.search(ctx, _sought(), after=request.args.get("after"))
        return render(ctx, "cases.html", found=found, sought=_sought(), statuses=cases.STATUSES)

    @pages.get("/cases/<number>")
    @entrance.looks
    def show(ctx: Context, number: str) -> ResponseReturnValue:
        return _overview(ctx, number, request.args.get("call", ""))

    @pages.get("/cases/<number>/drawing.bpmn")
    @entrance.looks
    def drawing(ctx: Context, number: str) -> ResponseReturnValue:
        content = drawings.drawing_xml(ctx, number, request.args.get("call", ""), language())
        return Response(content, mimetype="application/xml")

    @pages.get("/cases/<number>/timeline")
    @entrance.looks
    def history(ctx: Context, number: str) -> ResponseReturnValue:
        return render(ctx, "case_timeline.html", case=cases.get(ctx, number), lines=timeline.timeline(ctx, number))

    pages.add_url_rule("/cases/<number>/cancel", "ask_cancel", entrance.looks(_ask_cancel))
    pages.add_url_rule("/cases/<number>/cancel", "cancel", entrance.acts(_cancel), methods=["POST"])
    pages.add_url_rule("/cases/<number>/report", "report", entrance.acts(_report), methods=["POST"])
    pages.add_url_rule("/cases/<number>/papers", "papers", entrance.looks(_papers))
    pages.add_url_rule("/cases/<number>/papers/<int:position>", "paper", entrance.looks(_paper))
    pages.add_url_rule("/cases/<number>/files", "files", entrance.looks(_files))
    pages.add_url_rule("/cases/<number>/files/<key>", "file", entrance.looks(_file))
    return pages


def _sought() -> Sought:
    wanted = {name: request.args.get(name, "").strip() for name in ("text", "status", "procedure", "step")}
    return Sought(**wanted, late="late" in request.args)


def _overview(ctx: Context, number: str, call: str) -> ResponseReturnValue:
    """The case with one of its drawings."""
    found = drawings.drawings(ctx, number)
    shown = next((drawing for drawing in found if drawing.scope == call), found[0])
    case = cases.get(ctx, number)
    return render(
        ctx,
        "case.html",
        case=case,
        names=_names(ctx),
        reportable=reports.reportable(ctx, number),
        readable={item.id for item in case.open_items if inbox.may_read(ctx.person, item)},
        calls=call_names(found),
        shown=shown,
        picture=picture(shown, language(), marks(shown, number, ctx.house.zone)),
        states=_for_viewer(shown, number, ctx),
        legend=legend(shown),
    )


def _for_viewer(shown: drawings.CaseDrawing, number: str, ctx: Context) -> dict[str, Any]:
    """What the interactive drawing is told: where it is, and how far each step is."""
    address = url_for("cases.drawing", number=number, call=shown.scope or None)
    found = marks(shown, number, ctx.house.zone)
    return {"xml_url": address, "states": {key: {"state": m.state, "note": m.note, "href": m.href} for key, m in found.items()}}


def _ask_cancel(ctx: Context, number: str) -> ResponseReturnValue:
    return render(ctx, "case_cancel.html", case=cases.get(ctx, number))


def _cancel(ctx: Context, number: str) -> ResponseReturnValue:
    cases.cancel(ctx, number, request.form.get("reason", ""))
    flash(gettext("The case has been cancelled."))
    return redirect(url_for("cases.show", number=number), 303)


def _report(ctx: Context, number: str) -> ResponseReturnValue:
    reports.report(ctx, number, request.form.get("step", ""), request.form.get("text", ""))
    flash(gettext("The case has been told."))
    return redirect(url_for("cases.show", number=number), 303)


def _papers(ctx: Context, number: str) -> ResponseReturnValue:
    return render(ctx, "case_papers.html", case=cases.get(ctx, number), papers=papers.papers(ctx, number))


def _paper(ctx: Context, number: str, position: int) -> ResponseReturnValue:
    found = papers.paper(ctx, number, position)
    form = forms.view_filled(found.form, found.filled.answers, language(), found.situation)
    return render(ctx, "paper.html", case=cases.get(ctx, number), paper=found, form=form)


def _files(ctx: Context, number: str) -> ResponseReturnValue:
    return render(ctx, "case_files.html", case=cases.get(ctx, number), files=papers.files(ctx, number), names=_names(ctx))


def _file(ctx: Context, number: str, key: str) -> ResponseReturnValue:
    """A file to be saved: never shown inside Lanework, whatever it claims to be."""
    found, content = papers.file_content(ctx, number, key)
    response = send_file(BytesIO(content), "application/octet-stream", as_attachment=True, download_name=found.name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _names(ctx: Context) -> dict[str, Any]:
    return {person.id: person.names for person in people.everybody(ctx)}
