"""The command line of accounts: `medtrace account …`.

Here a hospital's first administrators are made, and what no page may do is done: the password or
the second factor of an administrator reset. Whoever runs it has a shell on the server; each act is
on record as the operator's.
"""

from __future__ import annotations

import click

from access import OPERATOR, Access, Account, NewAccount, Role
from errors import NotFound
from hospital import open_hospital
from settings import Settings

_NUMBER = click.option("--number", required=True, help="The staff number of the account.")


@click.group("account")
def account_commands() -> None:
    """Make the first administrators, and reset what no page may reset."""


@account_commands.command("add")
@_NUMBER
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", "roles", multiple=True, type=click.Choice([str(role) for role in Role]))
@click.option("--place", "places", multiple=True, help="The code of a place; none: see the docs.")
def add(number: str, name: str, roles: tuple[str, ...], places: tuple[str, ...]) -> None:
    """Make an account and print its first password, which has to be changed."""
    made: NewAccount = _access().staff.add(
        OPERATOR, number=number, name=name, roles=[Role(role) for role in roles], places=places
    )
    click.echo(made.password)


@account_commands.command("reset-password")
@_NUMBER
def reset_password(number: str) -> None:
    """Print a new password of an account, an administrator's too, and end its sessions."""
    access = _access()
    click.echo(access.staff.reset_password(_found(access, number).staff_id, by=OPERATOR))


@account_commands.command("remove-factors")
@_NUMBER
def remove_factors(number: str) -> None:
    """Remove lost second factors, codes and passkeys, an administrator's too."""
    access = _access()
    access.second_factor.remove(_found(access, number).staff_id, by=OPERATOR)


@account_commands.command("unlock")
@_NUMBER
def unlock(number: str) -> None:
    """Forget the wrong passwords and PINs of an account."""
    access = _access()
    access.staff.unlock(_found(access, number).staff_id, by=OPERATOR)


def _access() -> Access:
    return open_hospital(Settings.from_environment()).access


def _found(access: Access, number: str) -> Account:
    wanted = number.strip().upper()
    for account in access.roster.page(by=OPERATOR, query=number):
        if account.number == wanted:
            return account
    raise NotFound("not-found", what=number)
