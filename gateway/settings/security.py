"""Settings of the way to the DMP: certificates, keys, the VIHF, the signature of deposits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from gateway import __version__


class SecuritySettings(BaseSettings):
    """Part of ``Settings``. Files are PEM or PKCS#12; passwords are in files of their own."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", frozen=True, extra="ignore")

    sign_cert: Path | None = Field(
        None,
        description="certificate that signs (ORG SIGN), PEM with its chain, or PKCS#12; with it every "
        "request carries a VIHF and every deposit a signature",
    )
    sign_key: Path | None = Field(None, description="its key (PEM), when it is not in GATEWAY_SIGN_CERT")
    sign_password_file: Path | None = Field(None, description="file with the password of that key")
    tls_cert: Path | None = Field(
        None, description="certificate shown to the DMP (ORG AUTH_CLI), another one than GATEWAY_SIGN_CERT"
    )
    tls_key: Path | None = Field(None, description="its key (PEM), when it is not in GATEWAY_TLS_CERT")
    tls_password_file: Path | None = Field(None, description="file with the password of that key")
    dmp_ca: Path | None = Field(
        None, description="authorities of the DMP's own certificate (PEM); without it, those of the system"
    )
    certificate_structures: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Struct_IdNat, with commas, for which the certificates may speak besides the one that "
        "they name (establishments of a legal entity)",
    )
    lps_name: str = Field("dmp-gateway", min_length=1, description="VIHF: name of the software (LPS_Nom)")
    lps_version: str = Field(__version__, min_length=1, description="VIHF: its version (LPS_Version)")
    lps_homologation: str = Field(
        "", description="VIHF: homologation number (LPS_ID_HOMOLOGATION_DMP); production needs one"
    )
    lps_id: str = Field("", description="VIHF: id of this installation (LPS_ID), optional")
    vihf_version: Literal["3.0", "4.0"] = Field(
        "3.0", description="VIHF_Version: 3.0 as in all examples, 4.0 as in the table of the guide"
    )
    vihf_mode_attribute: Literal["Authentification_mode", "Authentification_Mode"] = Field(
        "Authentification_mode", description="spelling of that attribute: the samples', or the guide's"
    )
    vihf_issuer_order: Literal["cn_first", "c_first"] = Field(
        "cn_first", description="order of the DN in Issuer: cn_first (samples of 2019), c_first (2024)"
    )
    vihf_name_id: Literal["sender", "responsible"] = Field(
        "sender",
        description="NameID: who sends (PRT-5), or always the responsible person of the facility",
    )
    vihf_authn_context: str = Field(
        "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified",
        pattern=r"^urn:oasis:names:tc:SAML:2\.0:ac:classes:[A-Za-z0-9]+$",
        description="AuthnContextClassRef: how users log in at the source; unspecified for automatic flows",
    )
    vihf_validity: int = Field(
        0, ge=0, le=3600, description="seconds in Conditions/@NotOnOrAfter; 0 = no Conditions, as in samples"
    )
    signature_algorithm: Literal["sha256", "sha1"] = Field(
        "sha256", description="hash of the signature of deposits (XAdES); sha1 only if the DMP asks for it"
    )
    store_vihf_ca: Path | None = Field(
        None, description="embedded store: authorities (PEM) of the VIHF; with it, a VIHF is required"
    )
    store_tls_cert: Path | None = Field(
        None, description="embedded store: its certificate (PEM), to speak https"
    )
    store_tls_key: Path | None = Field(None, description="embedded store: the key of that certificate (PEM)")
    store_tls_client_ca: Path | None = Field(
        None,
        description="embedded store: authorities (PEM) of its clients; with it, a certificate is required",
    )

    store_accounts: Path | None = Field(
        None,
        description="embedded store: file of those who may sign in (`dmpstore account` writes its rows); "
        "outside trials nobody sees pages or JSON without it",
    )
    store_token: SecretStr | None = Field(
        None, description="bearer token with which the commands ask a store that has accounts"
    )
    store_open_records: bool = Field(
        True, description="embedded store: any INS has a record; false = only those that were opened"
    )

    @field_validator("certificate_structures", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value
