package portal

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/office/charging"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

// Charging is what the portal asks of office/charging.
type Charging interface {
	PortalTemplate(ctx context.Context, who actor.Actor, publicID string) (charging.Template, error)
	PortalComing(ctx context.Context, who actor.Actor, documentID string) (charging.Coming, error)
}

// charged tells how a recurring invoice is charged; nothing where no room does that.
func (p *Portal) charged(v *visit, publicID string) (charging.Template, error) {
	if p.Charging == nil {
		return charging.Template{}, nil
	}
	return p.Charging.PortalTemplate(v.r.Context(), v.who, publicID)
}

// comingCharge tells of the charge that is planned of a document; nil for none.
func (p *Portal) comingCharge(v *visit, d sales.Document) (*charging.Coming, error) {
	if p.Charging == nil || !payable(d) {
		return nil, nil //nolint:nilnil // most documents are paid by hand
	}
	c, err := p.Charging.PortalComing(v.r.Context(), v.who, d.PublicID)
	if fault.Is(err, fault.NotFound) {
		return nil, nil //nolint:nilnil // likewise
	}
	return &c, err
}

// comingCharge tells when what will be charged, and that nothing is to be done.
func (v *visit) comingCharge(c charging.Coming) string {
	if c.UnderWay {
		return v.T("portal.charging.under_way", "method", v.chargedTo(c.Method))
	}
	return v.T("portal.charging.coming", "date", v.date(c.On), "method", v.chargedTo(c.Method))
}

// chargedTo names a method, or the one that will be the default then.
func (v *visit) chargedTo(m *charging.Method) string {
	if m == nil {
		return v.T("portal.charging.default")
	}
	return payments.MethodWords(v.lang, m.Kind, m.Brand, m.Last4)
}

// chargedWith tells with what and when each invoice of a template is charged.
func (v *visit) chargedWith(c charging.Template) string {
	issue := ""
	if c.AtIssue {
		issue = "yes"
	}
	return v.T("portal.charging.with", "method", v.chargedTo(c.Method), "issue", issue)
}

// chargeTrouble tells why nothing could be charged today, or that it soon will be so; "" else.
func (v *visit) chargeTrouble(c charging.Template) string {
	switch {
	case c.Why != "":
		return v.T(c.Why)
	case c.Ends:
		return v.T("portal.charging.expires", "date", v.date(c.Method.Last))
	}
	return ""
}
