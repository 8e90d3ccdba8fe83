"""Bank files as banks write them, made from a few facts."""

from __future__ import annotations

from io import BytesIO

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"


def entry(
    amount: str,
    text: str = "",
    *,
    reference: str = "BANK-1",
    currency: str = "INR",
    direction: str = "CRDT",
    status: str = "BOOK",
    end_to_end: str = "NOTPROVIDED",
    structured: str = "",
    extra: str = "",
    day: str = "2026-10-08",
) -> str:
    """Return one entry in the form of version 02."""
    strd = f"<Strd><CdtrRefInf><Ref>{structured}</Ref></CdtrRefInf></Strd>" if structured else ""
    return f"""
    <Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>{extra}
      <Sts>{status}</Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>
      <AcctSvcrRef>{reference}</AcctSvcrRef>
      <NtryDtls><TxDtls><Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>
        <RltdPties><Dbtr><Nm>Sundara Retail</Nm></Dbtr>
          <DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct></RltdPties>
        <RmtInf><Ustrd>{text}</Ustrd>{strd}</RmtInf></TxDtls></NtryDtls></Ntry>"""


def camt(*entries: str, version: str = "02", before: str = "") -> BytesIO:
    """Return a statement with these entries."""
    return BytesIO(
        f"""<?xml version="1.0" encoding="UTF-8"?>{before}
<Document xmlns="{NAMESPACE.format(version=version)}"><BkToCstmrStmt>
  <GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>1</Id><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>
  {"".join(entries)}
  </Stmt></BkToCstmrStmt></Document>""".encode()
    )


def table(*lines: str, heading: str = "reference,booked_on,amount,currency,remittance") -> BytesIO:
    """Return a CSV file."""
    return BytesIO("\n".join([heading, *lines, ""]).encode(errors="surrogateescape"))
