"""Words of the clinical vocabulary: every value an answer may have, with the label people read.

Content and answers use the slugs on the left; sentences and pages the labels on the right.
"""

from __future__ import annotations

from typing import NamedTuple

#: Answers that say nothing; a fact with one of these is unknown to the engine (R-111, DR-09).
UNKNOWN_ANSWERS: dict[str, str] = {"unknown": "Unknown", "not_reported": "Not Reported"}

TUMORS: dict[str, str] = {
    "aml": "acute myeloid leukemia",
    "bladder": "bladder and urothelial cancer",
    "breast": "breast cancer",
    "cervical": "cervical cancer",
    "cll": "chronic lymphocytic leukemia",
    "cml": "chronic myeloid leukemia",
    "colorectal": "colorectal cancer",
    "dlbcl": "diffuse large B-cell lymphoma",
    "endometrial": "endometrial cancer",
    "follicular": "follicular lymphoma",
    "gastroesophageal": "esophageal, junction or gastric cancer",
    "hcc": "hepatocellular carcinoma",
    "head_neck": "head and neck cancer",
    "hodgkin": "Hodgkin lymphoma",
    "kidney": "kidney cancer",
    "mds": "myelodysplastic syndrome",
    "melanoma": "melanoma",
    "myeloma": "multiple myeloma",
    "nsclc": "non-small cell lung cancer",
    "ovarian": "ovarian, tubal or peritoneal cancer",
    "pancreatic": "pancreatic cancer",
    "prostate": "prostate cancer",
    "sclc": "small cell lung cancer",
    "testicular": "testicular cancer",
}

HISTOLOGIES: dict[str, str] = {
    "adenocarcinoma": "adenocarcinoma",
    "aml": "acute myeloid leukemia",
    "classical": "classical Hodgkin lymphoma",
    "clear_cell": "clear cell",
    "cll_sll": "CLL or small lymphocytic lymphoma",
    "cml": "chronic myeloid leukemia",
    "cutaneous": "cutaneous",
    "dlbcl": "diffuse large B-cell lymphoma",
    "endometrioid": "endometrioid",
    "epithelial": "epithelial",
    "follicular": "follicular lymphoma",
    "hepatocellular": "hepatocellular",
    "invasive": "invasive carcinoma",
    "mds": "myelodysplastic syndrome",
    "myeloma": "plasma cell myeloma",
    "nonseminoma": "non-seminoma",
    "nonsquamous": "nonsquamous",
    "seminoma": "seminoma",
    "serous": "serous",
    "small_cell": "small cell",
    "squamous": "squamous",
    "urothelial": "urothelial",
    "other": "another histology",
}

_GROUPS = "0 I IA IA1 IA2 IA3 IB IC II IIA IIB IIC III IIIA IIIB IIIC IIID IS IV IVA IVB IVC"
STAGES: dict[str, str] = {group: group for group in _GROUPS.split()} | {
    "limited": "limited",
    "extensive": "extensive",
    "chronic": "chronic phase",
    "accelerated": "accelerated phase",
    "blast": "blast phase",
    "ISS1": "ISS I",
    "ISS2": "ISS II",
    "ISS3": "ISS III",
    "rai0": "Rai 0",
    "rai1": "Rai I",
    "rai2": "Rai II",
    "rai3": "Rai III",
    "rai4": "Rai IV",
    "na": "not staged",
}

LINES: dict[str, str] = {
    "NEOADJUVANT": "neoadjuvant",
    "ADJUVANT": "adjuvant",
    "L1": "first line",
    "L2": "second line",
    "L3": "third line",
    "L3PLUS": "fourth line or later",
    "MAINTENANCE": "maintenance",
}

SEXES: dict[str, str] = {"F": "female", "M": "male", "X": "another"}

ECOG: dict[int, str] = {
    0: "0 – fully active",
    1: "1 – restricted in strenuous activity, able to do light work",
    2: "2 – up and about more than half of waking hours, unable to work",
    3: "3 – limited self-care, in bed or chair more than half of waking hours",
    4: "4 – completely disabled",
}


class Biomarker(NamedTuple):
    """A biomarker or tumor characteristic: label, the question asked and the results it may have."""

    label: str
    question: str
    values: dict[str, str]


_POSITIVE = {"positive": "positive", "negative": "negative"}
_MUTATION = {"mutation": "mutation found", "wild_type": "wild type"}
_YES = {"yes": "yes", "no": "no"}

BIOMARKERS: dict[str, Biomarker] = {
    "ALK": Biomarker("ALK rearrangement", "What is the ALK result?", _POSITIVE),
    "BRAF": Biomarker(
        "BRAF",
        "What is the BRAF result?",
        {"wild_type": "wild type", "V600E": "V600E mutation", "V600K": "V600K mutation"},
    ),
    "BRCA": Biomarker("BRCA1 or BRCA2", "What is the BRCA result?", _MUTATION),
    "CASTRATION_RESISTANT": Biomarker(
        "Castration resistance", "Is the disease resistant to castration?", _YES
    ),
    "CHILD_PUGH": Biomarker(
        "Child-Pugh class",
        "What is the Child-Pugh class?",
        {"A": "class A", "B": "class B", "C": "class C"},
    ),
    "CLDN18_2": Biomarker("Claudin 18.2", "What is the claudin 18.2 result?", _POSITIVE),
    "EGFR": Biomarker(
        "EGFR",
        "What is the EGFR result?",
        {"mutation": "sensitizing mutation found", "wild_type": "wild type"},
    ),
    "ESR1_PIK3CA": Biomarker(
        "ESR1 or PIK3CA pathway",
        "Which alteration of ESR1, or of PIK3CA, AKT1 or PTEN, was found?",
        {
            "none": "none found",
            "ESR1": "ESR1 mutation",
            "PIK3CA": "PIK3CA, AKT1 or PTEN alteration",
            "both": "both",
        },
    ),
    "FGFR3": Biomarker("FGFR3", "Was an FGFR3 alteration found?", _MUTATION),
    "FOLR1": Biomarker(
        "Folate receptor alpha", "Is the tumor positive for folate receptor alpha?", _POSITIVE
    ),
    "GRADE": Biomarker(
        "Tumor grade", "What is the tumor grade?", {"1": "grade 1", "2": "grade 2", "3": "grade 3"}
    ),
    "HER2": Biomarker("HER2", "What is the HER2 status?", _POSITIVE),
    "HER2_LOW": Biomarker(
        "HER2 expression where negative",
        "Where HER2 is negative: how much of it does the tumor express?",
        {"low": "low (1+, or 2+ not amplified)", "none": "ultralow or none"},
    ),
    "HR": Biomarker("Hormone receptors", "What is the hormone receptor status (ER or PR)?", _POSITIVE),
    "HRD": Biomarker(
        "Homologous recombination deficiency (HRD)",
        "What is the result for homologous recombination deficiency (HRD)?",
        _POSITIVE,
    ),
    "IMDC_RISK": Biomarker(
        "IMDC risk group",
        "What is the IMDC risk group?",
        {"favorable": "favorable", "intermediate": "intermediate", "poor": "poor"},
    ),
    "KRAS": Biomarker("KRAS", "What is the KRAS result?", {**_MUTATION, "G12C": "G12C mutation found"}),
    "LN": Biomarker("Lymph node status", "What is the lymph node status?", _POSITIVE),
    "MMR": Biomarker(
        "Mismatch repair",
        "What is the mismatch repair (microsatellite) result?",
        {"dMMR_MSI_H": "deficient (dMMR or MSI-high)", "MSI_L_MSS": "proficient (MSI-low or MSS)"},
    ),
    "NRAS": Biomarker("NRAS", "What is the NRAS result?", _MUTATION),
    "OTHER_DRIVER": Biomarker(
        "Another driver alteration",
        "Which other driver alteration was found?",
        {
            "none": "none found",
            "BRAF_V600E": "BRAF V600E mutation",
            "EGFR_EXON20": "EGFR exon 20 insertion",
            "HER2": "HER2 (ERBB2) mutation",
            "KRAS_G12C": "KRAS G12C mutation",
            "MET_EXON14": "MET exon 14 skipping",
            "RET": "RET rearrangement",
        },
    ),
    "PDL1_CPS": Biomarker(
        "PD-L1 combined positive score (CPS)",
        "What is the PD-L1 combined positive score (CPS)?",
        {"LT_1": "below 1", "1_4": "1 to 4", "5_9": "5 to 9", "GE_10": "10 or more"},
    ),
    "PDL1_IC": Biomarker(
        "PD-L1 on immune cells (IC)",
        "What is the PD-L1 result on immune cells (IC)?",
        {"LT_1": "below 1%", "GE_1": "1% or more"},
    ),
    "PDL1_TPS": Biomarker(
        "PD-L1 tumor proportion score (TPS)",
        "What is the PD-L1 tumor proportion score (TPS)?",
        {"LT_1": "below 1%", "1_49": "1 to 49%", "GE_50": "50% or more"},
    ),
    "PLATINUM_STATUS": Biomarker(
        "Platinum sensitivity",
        "Is the disease sensitive or resistant to platinum?",
        {"sensitive": "sensitive", "resistant": "resistant"},
    ),
    "PSMA": Biomarker("PSMA", "Is the disease positive on PSMA imaging?", _POSITIVE),
    "RESIDUAL_DISEASE": Biomarker(
        "Residual disease after surgery",
        "Was residual disease found at surgery after neoadjuvant treatment?",
        {"present": "present", "absent": "absent"},
    ),
    "ROS1": Biomarker("ROS1 rearrangement", "What is the ROS1 result?", _POSITIVE),
    "SIDEDNESS": Biomarker(
        "Side of the primary tumor",
        "On which side of the colon is the primary tumor?",
        {"left": "left", "right": "right"},
    ),
    "TRANSPLANT_ELIGIBLE": Biomarker(
        "Transplant eligibility", "Is the member eligible for a stem cell transplant?", _YES
    ),
}

#: Classes of earlier therapy, each met by any of its drugs.
THERAPY_CLASSES: dict[str, frozenset[str]] = {
    "platinum": frozenset({"carboplatin", "cisplatin", "oxaliplatin"}),
    "pd1_pdl1": frozenset(
        {
            *("atezolizumab", "avelumab", "cemiplimab", "dostarlimab", "durvalumab", "nivolumab"),
            *("nivolumab and relatlimab", "pembrolizumab", "tislelizumab"),
        }
    ),
    "anthracycline": frozenset(
        {"daunorubicin", "doxorubicin", "epirubicin", "idarubicin", "liposomal doxorubicin"}
    ),
    "btk_inhibitor": frozenset({"acalabrutinib", "ibrutinib", "zanubrutinib"}),
    "taxane": frozenset({"cabazitaxel", "docetaxel", "nab-paclitaxel", "paclitaxel"}),
}

THERAPIES: dict[str, str] = {
    "platinum": "a platinum drug",
    "pd1_pdl1": "a PD-1 or PD-L1 inhibitor",
    "anthracycline": "an anthracycline",
    "btk_inhibitor": "a covalent BTK inhibitor",
    "taxane": "a taxane",
    "chemoradiation": "chemoradiation",
    "autologous_transplant": "autologous stem cell transplant",
    "endocrine_therapy": "endocrine therapy",
    "surgery": "surgery",
    "radiation": "radiation",
    "other_systemic": "another systemic therapy",
}

ATTESTATIONS: dict[str, str] = {
    "bisphosphonate_not_usable": "an intravenous bisphosphonate failed or cannot be used",
    "bone_loss_from_hormone_therapy": "bone loss is due to hormone therapy for cancer",
    "cumulative_doxorubicin_over_300": "cumulative doxorubicin is above 300 mg/m2 and doxorubicin continues",
    "dose_reduction_not_appropriate": "reducing the chemotherapy dose is not appropriate",
    "immune_thrombocytopenia": "the low platelet count is immune thrombocytopenia",
    "leucovorin_not_usable": "leucovorin cannot be obtained or tolerated",
    "neutropenic_event_same_regimen": "a neutropenic event occurred in an earlier cycle of the same regimen",
}

#: Where radiation is given; only the sites of `RADIATION_POLICIES` have criteria (DR-24, R-339).
RADIATION_SITES: dict[str, str] = {
    "bone_metastases": "bone metastases",
    "breast": "breast",
    "nsclc": "lung, for non-small cell lung cancer",
    "bladder": "bladder",
    "brain": "brain",
    "esophagus_stomach": "esophagus or stomach",
    "head_neck": "head and neck",
    "liver_pancreas": "liver, bile ducts or pancreas",
    "lung_other": "lung, for another cancer or for metastases",
    "lymph_nodes": "lymph nodes",
    "prostate": "prostate",
    "rectum_anus": "rectum or anus",
    "skin_soft_tissue": "skin or soft tissue",
    "uterus_cervix": "uterus, cervix or vagina",
    "other": "another site",
}

#: Sites that belong to one cancer: nobody treats the lung for non-small cell lung cancer without it.
RADIATION_SITE_OF: dict[str, str] = {"breast": "breast", "nsclc": "nsclc"}

#: The policy of each site, by the name that content files give it.
RADIATION_POLICIES: dict[str, str] = {
    "bone_metastases": "radiation of bone metastases",
    "breast": "radiation of the breast",
    "nsclc": "radiation of non-small cell lung cancer",
}

RADIATION_TECHNIQUES: dict[str, str] = {
    "2D": "2D external beam",
    "3DCRT": "3D conformal",
    "IMRT": "intensity-modulated",
    "SBRT": "stereotactic body radiation",
    "BRACHY": "brachytherapy",
    "PROTON": "proton beam",
}

#: What may call for a course; the office states which apply.
RADIATION_REASONS: dict[str, str] = {
    "connective_tissue_disease": "connective tissue disease is present",
    "definitive_intent": "treatment is meant to cure",
    "dosimetric_need_documented": "a 3D plan that cannot meet the dose limits is documented",
    "medically_inoperable": "surgery is not possible for medical reasons",
    "oligometastatic_1_to_3": "there are one to three metastases",
    "overlap_prior_field": "the field overlaps one treated before",
    "palliative_intent": "treatment is meant to relieve",
    "partial_breast_low_risk": "part of the breast is treated, at low risk",
    "post_mastectomy": "the chest wall is treated after mastectomy",
    "prior_chest_radiation": "the chest was treated with radiation before",
    "refuses_surgery": "the patient refuses surgery",
    "regional_nodal_irradiation": "regional lymph nodes are treated",
    "separation_over_25cm": "the breast separation is above 25 cm",
    "spine_reirradiation": "the spine is treated again",
    "whole_breast_after_lumpectomy": "the whole breast is treated after lumpectomy",
}

INDICATIONS: dict[str, str] = {
    "primary_prophylaxis": "primary prophylaxis",
    "secondary_prophylaxis": "secondary prophylaxis after a neutropenic event",
    "treatment": "treatment of established neutropenia",
}

RISK_FACTORS: dict[str, str] = {
    "age_gt_65": "age above 65 years",
    "poor_performance_status": "poor performance status",
    "prior_fn": "earlier febrile neutropenia",
    "prior_chemo_or_radiation": "earlier chemotherapy or radiation",
    "combined_chemoradiation": "combined chemoradiation",
    "marrow_involvement": "bone marrow involvement",
    "preexisting_neutropenia": "neutropenia before treatment",
    "poor_nutrition": "poor nutrition",
    "renal_dysfunction": "renal dysfunction",
    "liver_dysfunction": "liver dysfunction",
    "open_wound_or_infection": "open wound or active infection",
}

REGIMEN_RISKS: dict[str, str] = {
    "low": "low (below 10%)",
    "intermediate": "intermediate (10% to 20%)",
    "high": "high (above 20%)",
}

ANEMIA_CAUSES: dict[str, str] = {
    "chemotherapy": "myelosuppressive chemotherapy",
    "radiation": "radiation alone",
    "blood_loss": "blood loss",
    "iron_deficiency": "iron, folate or vitamin B12 deficiency",
    "kidney_disease": "chronic kidney disease",
    "cancer": "the cancer itself",
    "other": "another cause",
}

INTENTS: dict[str, str] = {"curative": "curative", "non_curative": "not curative"}

LINES_OF_BUSINESS: dict[str, str] = {
    "COMMERCIAL": "commercial",
    "HMO_POS": "HMO or POS",
    "PPO_EPO": "PPO or EPO",
    "NEHP": "New England Health Plans",
    "MA": "Medicare Advantage",
}


class Lab(NamedTuple):
    """A laboratory value: its name in a sentence, and the unit it is asked and compared in."""

    label: str
    unit: str


LABS: dict[str, Lab] = {
    "hemoglobin": Lab("Hemoglobin", "g/dL"),
    "ferritin": Lab("Ferritin", "ng/mL"),
    "tsat": Lab("Transferrin saturation", "%"),
}
