// Package sepa writes the files that a firm hands to its bank: direct debits
// (pain.008.001.08) and credit transfers (pain.001.001.09).
//
// What lives here: ISO 20022 as the SEPA rulebooks of 2025 want it. What must not: which
// debits are made, and whether they may be (rules/sepa, office/sepa). The same order gives
// the same bytes. Called by office/sepa through an interface of its own.
package sepa

import (
	"encoding/xml"
	"fmt"
	"strings"

	"comptoir/core/ident"
	rules "comptoir/rules/sepa"
)

// Files writes both kinds.
type Files struct{}

// Debits writes a message of direct debits; debits of one sequence stand together, the ones
// that begin first.
func (Files) Debits(c rules.Collection) ([]byte, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	var all int64
	for _, d := range c.Debits {
		all += d.AmountMinor
	}
	var w writer
	w.open("pain.008.001.08", "CstmrDrctDbtInitn")
	w.header(c.MessageID, c.CreatedAt, len(c.Debits), all, c.Creditor.Name)
	for _, seq := range []string{rules.First, rules.Recurring, rules.OneOff, rules.Final} {
		var group []rules.Debit
		for _, d := range c.Debits {
			if d.Sequence == seq {
				group = append(group, d)
			}
		}
		if len(group) > 0 {
			w.debits(c, seq, group)
		}
	}
	w.raw("</CstmrDrctDbtInitn></Document>\n")
	return []byte(w.String()), nil
}

func (w *writer) debits(c rules.Collection, seq string, list []rules.Debit) {
	var sum int64
	for _, d := range list {
		sum += d.AmountMinor
	}
	w.raw("<PmtInf>")
	w.put("PmtInfId", c.MessageID+"-"+seq)
	w.put("PmtMtd", "DD")
	w.sums(len(list), sum)
	w.raw("<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm>")
	w.put("Cd", c.Scheme)
	w.raw("</LclInstrm>")
	w.put("SeqTp", seq)
	w.raw("</PmtTpInf>")
	w.put("ReqdColltnDt", c.On.String())
	w.party("Cdtr", c.Creditor)
	w.account("Cdtr", c.Creditor)
	w.agent("Cdtr", c.Creditor.BIC)
	w.raw("<ChrgBr>SLEV</ChrgBr><CdtrSchmeId>")
	w.ics(c.ICS)
	w.raw("</CdtrSchmeId>\n")
	for _, d := range list {
		w.raw("<DrctDbtTxInf><PmtId>")
		w.put("EndToEndId", d.EndToEnd)
		w.raw("</PmtId>")
		w.amount(d.AmountMinor)
		w.raw("<DrctDbtTx><MndtRltdInf>")
		w.put("MndtId", d.Mandate)
		w.put("DtOfSgntr", d.SignedOn.String())
		w.amended(d.Was)
		w.raw("</MndtRltdInf></DrctDbtTx>")
		w.agent("Dbtr", d.Debtor.BIC)
		w.party("Dbtr", d.Debtor)
		w.account("Dbtr", d.Debtor)
		w.about(d.About, "")
		w.raw("</DrctDbtTxInf>\n")
	}
	w.raw("</PmtInf>")
}

func (w *writer) ics(ics string) {
	ics, _ = ident.CheckICS(ics) // judged by Check already; here only its spaces go
	w.raw("<Id><PrvtId><Othr>")
	w.put("Id", ics)
	w.raw("<SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id>")
}

// amended tells the debtor's bank whom it knew as the creditor until now.
func (w *writer) amended(was rules.Identity) {
	if was == (rules.Identity{}) {
		return
	}
	w.raw("<AmdmntInd>true</AmdmntInd><AmdmntInfDtls><OrgnlCdtrSchmeId>")
	w.optional("Nm", rules.Name(was.Name))
	if was.ICS != "" {
		w.ics(was.ICS)
	}
	w.raw("</OrgnlCdtrSchmeId></AmdmntInfDtls>")
}

// Transfers writes a message of credit transfers.
func (Files) Transfers(o rules.Orders) ([]byte, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	var sum int64
	for _, t := range o.Transfers {
		sum += t.AmountMinor
	}
	var w writer
	w.open("pain.001.001.09", "CstmrCdtTrfInitn")
	w.header(o.MessageID, o.CreatedAt, len(o.Transfers), sum, o.Debtor.Name)
	w.raw("<PmtInf>")
	w.put("PmtInfId", o.MessageID+"-1")
	w.raw("<PmtMtd>TRF</PmtMtd><BtchBookg>true</BtchBookg>")
	w.sums(len(o.Transfers), sum)
	w.raw("<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf><ReqdExctnDt>")
	w.put("Dt", o.On.String())
	w.raw("</ReqdExctnDt>")
	w.party("Dbtr", o.Debtor)
	w.account("Dbtr", o.Debtor)
	w.agent("Dbtr", o.Debtor.BIC)
	w.raw("<ChrgBr>SLEV</ChrgBr>\n")
	for _, t := range o.Transfers {
		w.transfer(t)
	}
	w.raw("</PmtInf></CstmrCdtTrfInitn></Document>\n")
	return []byte(w.String()), nil
}

func (w *writer) transfer(t rules.Transfer) {
	if t.EndToEnd == "" {
		t.EndToEnd = "NOTPROVIDED"
	}
	w.raw("<CdtTrfTxInf><PmtId>")
	w.put("EndToEndId", t.EndToEnd)
	w.raw("</PmtId><Amt>")
	w.amount(t.AmountMinor)
	w.raw("</Amt>")
	if t.Creditor.BIC != "" { // else its bank is found by the IBAN
		w.agent("Cdtr", t.Creditor.BIC)
	}
	w.party("Cdtr", t.Creditor)
	w.account("Cdtr", t.Creditor)
	w.about(t.About, t.Reference)
	w.raw("</CdtTrfTxInf>\n")
}

// writer puts elements one after the other; nothing is indented, so that bytes are stable.
type writer struct{ strings.Builder }

func (w *writer) raw(s string) { w.WriteString(s) }

func (w *writer) put(name, value string) {
	w.raw("<" + name + ">")
	_ = xml.EscapeText(w, []byte(value)) // a Builder never fails
	w.raw("</" + name + ">")
}

func (w *writer) open(message, root string) {
	w.raw(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:` + message + `"><` + root + ">\n")
}

func (w *writer) header(id, at string, orders int, sum int64, name string) {
	w.raw("<GrpHdr>")
	w.put("MsgId", id)
	w.put("CreDtTm", at)
	w.sums(orders, sum)
	w.raw("<InitgPty>")
	w.put("Nm", rules.Name(name))
	w.raw("</InitgPty></GrpHdr>\n")
}

func (w *writer) sums(orders int, minor int64) {
	w.put("NbOfTxs", fmt.Sprint(orders))
	w.put("CtrlSum", euros(minor))
}

func (w *writer) amount(minor int64) {
	w.raw(`<InstdAmt Ccy="EUR">` + euros(minor) + "</InstdAmt>")
}

func (w *writer) party(role string, p rules.Party) {
	w.raw("<" + role + ">")
	w.put("Nm", rules.Name(p.Name))
	if a := p.Address; a.Given() {
		w.raw("<PstlAdr>")
		w.optional("StrtNm", rules.Text(a.Street, 70))
		w.optional("BldgNb", rules.Text(a.Building, 16))
		w.optional("PstCd", rules.Text(a.PostCode, 16))
		w.put("TwnNm", rules.Text(a.Town, 35))
		w.put("Ctry", a.Country)
		w.raw("</PstlAdr>")
	}
	w.raw("</" + role + ">")
}

func (w *writer) optional(name, value string) {
	if value != "" {
		w.put(name, value)
	}
}

func (w *writer) account(role string, p rules.Party) {
	iban, _ := ident.CheckIBAN(p.IBAN) // judged by Check already; here only its spaces go
	w.raw("<" + role + "Acct><Id>")
	w.put("IBAN", iban)
	w.raw("</Id></" + role + "Acct>")
}

func (w *writer) agent(role, bic string) {
	w.raw("<" + role + "Agt><FinInstnId>")
	if bic, _ = ident.CheckBIC(bic); bic == "" {
		w.raw("<Othr><Id>NOTPROVIDED</Id></Othr>")
	} else {
		w.put("BICFI", bic)
	}
	w.raw("</FinInstnId></" + role + "Agt>")
}

func (w *writer) about(text, reference string) {
	text = rules.About(text)
	switch {
	case reference != "":
		w.raw("<RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>")
		rf, _ := ident.CheckRF(reference)
		w.put("Ref", rf)
		w.raw("</CdtrRefInf></Strd></RmtInf>")
	case text != "":
		w.raw("<RmtInf>")
		w.put("Ustrd", text)
		w.raw("</RmtInf>")
	}
}

func euros(minor int64) string { return fmt.Sprintf("%d.%02d", minor/100, minor%100) }
