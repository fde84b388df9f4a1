package portal

import (
	"context"

	"github.com/a-h/templ"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/sepa"
	rules "comptoir/rules/sepa"
)

// Sepa is what the portal asks of office/sepa.
type Sepa interface {
	PortalMandates(ctx context.Context, who actor.Actor) ([]sepa.Mandate, []sepa.DebitDone, error)
	PortalMandate(ctx context.Context, who actor.Actor, publicID string) (sepa.Form, error)
	PortalWaiting(ctx context.Context, who actor.Actor) (waiting, all int, err error)
	SignMandate(ctx context.Context, who actor.Actor, in sepa.Sign) error
	PortalRevoke(ctx context.Context, who actor.Actor, publicID string) error
}

// mandateView is what the page of a mandate shows: the mandate, what was typed, what was refused.
type mandateView struct {
	sepa.Form
	signedBy string
	fields   map[string]string
}

func (p *Portal) mandates(v *visit) error {
	list, coming, err := p.Sepa.PortalMandates(v.r.Context(), v.who)
	if err != nil {
		return err
	}
	return v.show(200, v.T("portal.mandate.title"), mandatesPage(v, list, coming))
}

func (p *Portal) mandate(v *visit) error {
	f, err := p.Sepa.PortalMandate(v.r.Context(), v.who, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.showMandate(v, 200, mandateView{Form: f, signedBy: v.who.Name})
}

func (p *Portal) showMandate(v *visit, status int, m mandateView) error {
	return v.show(status, v.T("portal.mandate.one", "rum", m.RUM), mandatePage(v, m, v.notice("signe", "revoque")))
}

// signMandate takes the signature. An account that was typed is not written back into the
// page where something else was refused: whoever looks over the shoulder sees it once.
func (p *Portal) signMandate(v *visit) error {
	f, id := v.r.PostForm, v.r.PathValue("id")
	in := sepa.Sign{PublicID: id, Hash: f.Get("empreinte"), SignedBy: f.Get("signataire"), Agree: f.Get("accord") == "oui", Signature: drawn(f.Get("signature")), Agent: v.r.UserAgent(),
		Debtor: sepa.Debtor{Name: f.Get("titulaire"), Line1: f.Get("adresse"), PostCode: f.Get("code-postal"), City: f.Get("ville"), Country: f.Get("pays"), IBAN: f.Get("iban"), BIC: f.Get("bic")}}
	err := p.Sepa.SignMandate(v.r.Context(), v.who, in)
	if err == nil {
		v.redirect("/mandats/" + id + "?fait=signe")
		return nil
	}
	fields, ok := v.fieldsOf(err)
	if !ok {
		if e, known := fault.As(err); known && e.Code == fault.Conflict {
			text, _ := locale.FaultText(v.lang, e)
			v.log(409, e, err)
			title := v.T("portal.mandate.not_signed")
			return v.show(409, title, errorPage(v, trouble{title: title, text: text, action: v.T("portal.mandate.see"), to: "/mandats/" + id}))
		}
		return err
	}
	form, err := p.Sepa.PortalMandate(v.r.Context(), v.who, id)
	if err != nil {
		return err
	}
	form.Debtor = in.Debtor
	form.Debtor.IBAN = ""
	return p.showMandate(v, 422, mandateView{Form: form, signedBy: in.SignedBy, fields: fields})
}

func (p *Portal) revokeMandate(v *visit) error {
	id := v.r.PathValue("id")
	if err := p.Sepa.PortalRevoke(v.r.Context(), v.who, id); err != nil {
		return err
	}
	v.redirect("/mandats/" + id + "?fait=revoque")
	return nil
}

// homeMandates leads to a mandate that waits for its signature.
func (p *Portal) homeMandates(v *visit) (templ.Component, error) {
	if p.Sepa == nil || !v.sees(actor.AreaPayments) {
		return nil, nil //nolint:nilnil // a part with nothing to say
	}
	waiting, _, err := p.Sepa.PortalWaiting(v.r.Context(), v.who)
	if err != nil || waiting == 0 {
		return nil, err
	}
	return mandateHome(v, waiting), nil
}

func (v *visit) mandateBadge(state string) badge {
	tone := "neutral"
	switch state {
	case rules.Asked:
		tone = "info"
	case rules.Signed, rules.Active:
		tone = "good"
	}
	return badge{tone, v.T("common.sepa.state." + state)}
}

// storedDay writes a day as it lies in the file.
func (v *visit) storedDay(s string) string {
	d, err := civil.Parse(s)
	if err != nil {
		return ""
	}
	return locale.Date(v.lang, d)
}

// debitOn tells of a direct debit that the bank was asked for: from its day on until its word
// is noted it is under way.
func (v *visit) debitOn(on civil.Date) string {
	if civil.Of(v.p.Clock(), v.identity().zone).Before(on) {
		return v.T("portal.pay.debit", "date", v.date(on))
	}
	return v.T("portal.pay.debit_now")
}

func mandateHolds(m sepa.Mandate) bool { return m.State == rules.Signed || m.State == rules.Active }
