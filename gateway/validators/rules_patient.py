"""The rules of the patient's identity and visit, as data (R.PID.*, R.PV1.*)."""

from __future__ import annotations

from gateway.model import Rule, Severity

PID_01 = Rule(
    "R.PID.01",
    "CI-SIS CDA-HL7v2 2.1, PID-3",
    Severity.ERROR,
    "Le patient n'a aucun identifiant. Mettre au moins un identifiant (INS, IPP) en PID-3.",
    "The patient has no identifier. Send at least one identifier (INS, local id) in PID-3.",
    "101",
)
PID_02 = Rule(
    "R.PID.02",
    "IHE-FR data types 1.8 §N.1 (CX)",
    Severity.ERROR,
    "Un identifiant du patient est incomplet. Renseigner la valeur (CX-1) et l'autorité d'affectation"
    " (CX-4).",
    "A patient identifier is incomplete. Fill the value (CX-1) and the assigning authority (CX-4).",
    "101",
)
PID_03 = Rule(
    "R.PID.03",
    "IHE-FR data types 1.8 §N.1 (CX-5, table 0203)",
    Severity.WARNING,
    "Le type d'identifiant n'est pas dans la table 0203 française. Utiliser INS, PI, AN, VN...",
    "The identifier type is not in the French table 0203. Use INS, PI, AN, VN...",
    "103",
)
PID_04 = Rule(
    "R.PID.04",
    "IHE-FR data types 1.8 §N.1; référentiel INS",
    Severity.ERROR,
    "L'autorité d'affectation n'est pas celle d'un INS. Mettre l'OID de l'INS-NIR ou de l'INS-NIA en CX-4.2"
    " et ISO en CX-4.3.",
    "The assigning authority is not the one of an INS. Send the INS-NIR or INS-NIA OID in CX-4.2 and ISO in"
    " CX-4.3.",
    "103",
)
PID_05 = Rule(
    "R.PID.05",
    "PAM.fr 2.11 §4.4.1 et §6.6.1",
    Severity.ERROR,
    "Le patient a plusieurs INS de même nature. N'envoyer qu'un INS par OID.",
    "The patient has several INS of the same kind. Send only one INS per OID.",
    "198",
)
PID_06 = Rule(
    "R.PID.06",
    "PAM.fr 2.11 §6.6.1",
    Severity.ERROR,
    "L'INS n'a pas la forme attendue. Envoyer les 15 caractères, clé comprise.",
    "The INS does not have the expected form. Send its 15 characters, key included.",
    "102",
)
PID_07 = Rule(
    "R.PID.07",
    "Clé du NIR : 97 - (13 premiers chiffres mod 97), 2A = 19, 2B = 18",
    Severity.WARNING,
    "La clé de l'INS est fausse. Reprendre l'INS tel que le téléservice INSi l'a rendu.",
    "The key of the INS is wrong. Send the INS as the INSi service returned it.",
    "102",
)
PID_08 = Rule(
    "R.PID.08",
    "PAM.fr 2.11 §6.6.1",
    Severity.WARNING,
    "L'INS porte une date de validité : elle est ignorée. Laisser CX-7 et CX-8 vides sur un INS.",
    "The INS carries a validity date: it is ignored. Leave CX-7 and CX-8 empty on an INS.",
    "102",
)
PID_09 = Rule(
    "R.PID.09",
    "PAM.fr 2.11 §6.6.15 (table 0445)",
    Severity.ERROR,
    "L'état de l'identité est absent ou inconnu. Mettre en PID-32 un code de la table 0445 française (VALI"
    " pour une identité qualifiée).",
    "The identity status is missing or unknown. Send in PID-32 a code of the French table 0445 (VALI for a"
    " qualified identity).",
    "103",
)
PID_10 = Rule(
    "R.PID.10",
    "PAM.fr 2.11 §6.6.15",
    Severity.WARNING,
    "L'INS accompagne une identité non qualifiée : il est écarté. N'envoyer l'INS qu'avec VALI en PID-32.",
    "The INS comes with an identity that is not qualified: it is dropped. Send the INS only with VALI in"
    " PID-32.",
    "207",
    "906",
)
PID_11 = Rule(
    "R.PID.11",
    "CI-SIS CDA-HL7v2 2.1, PID-5; PAM.fr 2.11 §6.6.2",
    Severity.ERROR,
    "Le nom de naissance est absent. Envoyer en PID-5 une répétition de type L avec le nom.",
    "The birth name is missing. Send in PID-5 a repetition of type L with the family name.",
    "101",
)
PID_12 = Rule(
    "R.PID.12",
    "IHE-FR data types 1.8 §N.10 (XPN-7)",
    Severity.ERROR,
    "Le type de nom est absent ou inconnu. Mettre L, D, S ou U dans le septième composant de chaque nom.",
    "The name type is missing or unknown. Send L, D, S or U in the seventh component of each name.",
    "103",
)
PID_13 = Rule(
    "R.PID.13",
    "PAM.fr 2.11 §6.6.4 et §6.6.5; IHE-FR data types 1.8 §N.6 et §N.10",
    Severity.ERROR,
    "Un trait de l'identité INS manque. Avec un INS qualifié, envoyer premier prénom de naissance, date de"
    " naissance au jour, sexe M ou F, et l'adresse de type BDL avec son code INSEE.",
    "A trait of the INS identity is missing. With a qualified INS send first birth given name, birth date to"
    " the day, sex M or F, and the BDL address with its INSEE code.",
    "207",
    "905",
)
PID_14 = Rule(
    "R.PID.14",
    "IHE-FR data types 1.8 §N.10 (XPN-3)",
    Severity.WARNING,
    "La liste des prénoms de naissance est absente, ou ne commence pas par le premier prénom. La reprendre"
    " d'INSi dans le troisième composant du nom L.",
    "The list of birth given names is missing or does not begin with the first given name. Send it as INSi"
    " returned it in the third component of the L name.",
    "207",
    "905",
)
PID_15 = Rule(
    "R.PID.15",
    "PAM.fr 2.11 §6.6.5",
    Severity.ERROR,
    "Date de naissance ou sexe illisible. Mettre en PID-7 une date AAAAMMJJ et en PID-8 F, M ou U.",
    "Unreadable birth date or sex. Send YYYYMMDD in PID-7 and F, M or U in PID-8.",
    "102",
)
PID_16 = Rule(
    "R.PID.16",
    "CI-SIS CDA-HL7v2 2.1, PID-18",
    Severity.WARNING,
    "Le numéro de dossier administratif est absent ou répété. Le mettre une fois en PID-18 : il sert aux"
    " indicateurs du DMP.",
    "The administrative file number is missing or repeated. Send it once in PID-18: the DMP indicators use"
    " it.",
    "101",
)
PID_17 = Rule(
    "R.PID.17",
    "IHE-FR data types 1.8 §N.1",
    Severity.WARNING,
    "Le numéro de dossier est incomplet. Mettre son autorité en PID-18.4 et AN en PID-18.5.",
    "The file number is incomplete. Send its authority in PID-18.4 and AN in PID-18.5.",
    "103",
)
PID_18 = Rule(
    "R.PID.18",
    "Autorités d'affectation INS de test (.10 et .11)",
    Severity.WARNING,
    "Un INS de test ou de démonstration est envoyé en mode production. Réserver ces INS aux modes T et D :"
    " une installation de production les refuse.",
    "A test or demonstration INS is sent in production mode. Keep these INS for modes T and D: a production"
    " installation refuses them.",
    "207",
    "906",
)
PID_19 = Rule(
    "R.PID.19",
    "PAM.fr 2.11 §6.3, §6.6 et §6.10",
    Severity.WARNING,
    "Ce champ est interdit en France : il est ignoré. Le laisser vide.",
    "This field is forbidden in France: it is ignored. Leave it empty.",
    "199",
)
PV1_01 = Rule(
    "R.PV1.01",
    "CI-SIS CDA-HL7v2 2.1, PV1-2",
    Severity.ERROR,
    "La classe de la venue est absente. Mettre E, I, N, O ou R en PV1-2.",
    "The patient class is missing. Send E, I, N, O or R in PV1-2.",
    "101",
)
PV1_02 = Rule(
    "R.PV1.02",
    "CI-SIS CDA-HL7v2 2.1, PV1-2; PAM.fr 2.11 §6.10.1",
    Severity.ERROR,
    "La classe de la venue n'est pas une de celles du profil. Mettre E, I, N, O ou R en PV1-2 (V, depuis"
    " PAM.fr 2.11.1, est toléré).",
    "The patient class is none of the profile's. Send E, I, N, O or R in PV1-2 (V, new in PAM.fr 2.11.1, is"
    " tolerated).",
    "103",
)
PV1_03 = Rule(
    "R.PV1.03",
    "CI-SIS CDA-HL7v2 2.1, PV1-19, note 2",
    Severity.ERROR,
    "Le numéro de venue est absent. Le mettre en PV1-19 pour une classe E, I, O ou R.",
    "The visit number is missing. Send it in PV1-19 for class E, I, O or R.",
    "101",
)
PV1_04 = Rule(
    "R.PV1.04",
    "IHE-FR data types 1.8 §N.1",
    Severity.WARNING,
    "Le numéro de venue est incomplet. Mettre son autorité en PV1-19.4 et VN en PV1-19.5.",
    "The visit number is incomplete. Send its authority in PV1-19.4 and VN in PV1-19.5.",
    "103",
)
PV1_05 = Rule(
    "R.PV1.05",
    "CI-SIS CDA-HL7v2 2.1, PV1-44 et PV1-45",
    Severity.WARNING,
    "Date d'entrée ou de sortie illisible, ou sortie avant l'entrée. Vérifier PV1-44 et PV1-45.",
    "Unreadable admission or discharge date, or discharge before admission. Check PV1-44 and PV1-45.",
    "102",
)
