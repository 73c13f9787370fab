"""The embedded DMP store as one ASGI application.

::

    POST /services/repository   ITI-41                    services -> repository -> deposits -> storage
    POST /services/repository   ITI-43                    services -> retrieval
    POST /services/registry     ITI-18, ITI-57            services -> registry -> queries, updates
    GET  /, /records/{id}...    pages with nine rubriques pages -> records, pages_document -> rendering
    *    /login, /logout        sign-in                   signin -> accounts, sessions
    *    /api/records...        states, traces            api_records -> states, traces
    GET  /api/...               JSON and exact bytes      api -> catalogue
    GET  /healthz               200 when the database answers
    *    /api/faults            faults on demand, in trials faults_api -> faults
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware

from gateway.dmpstore.accounts import read_accounts
from gateway.dmpstore.actors import Witness
from gateway.dmpstore.api import api_routes
from gateway.dmpstore.api_records import record_routes
from gateway.dmpstore.assertion import Handler, assertions
from gateway.dmpstore.database import Database
from gateway.dmpstore.deposits import Deposits
from gateway.dmpstore.faults import FaultDesk
from gateway.dmpstore.faults_api import fault_routes
from gateway.dmpstore.guard import Guard
from gateway.dmpstore.intake import Intake
from gateway.dmpstore.pages import not_found, page_routes
from gateway.dmpstore.pages_document import document_routes
from gateway.dmpstore.pages_signin import signin_routes
from gateway.dmpstore.registry import RegistryService
from gateway.dmpstore.repository import RepositoryService
from gateway.dmpstore.retrieval import RetrievalService
from gateway.dmpstore.rules import Rules
from gateway.dmpstore.services import service_route
from gateway.dmpstore.settings import StoreSettings
from gateway.dmpstore.signin import Door
from gateway.xds import names


def create_app(settings: StoreSettings) -> Starlette:
    """The application on its database. Raises ConfigurationError when the database cannot be opened."""
    accounts = read_accounts(settings.accounts, settings.password, settings.api_token)
    database = Database(settings.database_url, settings.busy_seconds)
    intake = Intake(settings.max_body_bytes, settings.max_bytes_in_flight, settings.body_seconds)
    rules = Rules.of(settings.french_rules, settings.known_patients)
    witness = Witness(verified=settings.require_vihf)
    own_id = settings.repository_unique_id
    deposits = Deposits(database, own_id, rules, open_records=settings.open_records)
    repository = RepositoryService(deposits, witness)
    retrieval = RetrievalService(database, own_id, settings.max_bytes_in_flight, witness)
    registry = RegistryService(database, rules, witness)
    faults = FaultDesk()
    required = assertions(settings.require_vihf, settings.vihf_authorities)

    def guarded(handlers: Mapping[str, Handler]) -> Mapping[str, Handler]:
        return required.guarded(handlers) if required is not None else handlers

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        database.close()

    return Starlette(
        routes=[
            service_route(
                "/services/repository",
                intake,
                faults,
                guarded(
                    {
                        names.ACTION_ITI41: repository.provide_and_register,
                        names.ACTION_ITI43: retrieval.retrieve,
                    }
                ),
            ),
            service_route(
                "/services/registry",
                intake,
                faults,
                guarded({names.ACTION_ITI18: registry.stored_query, names.ACTION_ITI57: registry.update}),
            ),
            *api_routes(database),
            *record_routes(database, rules),
            *fault_routes(faults, trial=settings.trial),
            *page_routes(database),
            *document_routes(database),
            *signin_routes(database, accounts),
        ],
        middleware=[
            Middleware(Guard),
            Middleware(Door, database=database, accounts=accounts, trial=settings.trial),
        ],
        exception_handlers={404: not_found},
        lifespan=lifespan,
    )
