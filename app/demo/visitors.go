package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"comptoir/core/locale"
	"comptoir/office/customers"
	"comptoir/office/registration"
	"comptoir/rules/taxid"
)

// What the story tells of the portal's door: a group that visitors ask to be let into, and their
// requests: one of somebody whose company is a customer, one of nobody known, one that the firm
// wants more of.

// visitor is one request of the story.
type visitor struct {
	key     string // of its texts: demo.visitor.<key>.*
	daysAgo int
	lang    locale.Lang
	number  int64 // of the fictional family of SIREN
	email   string
	phone   string
	line1   string
	place   [2]string // postcode, city
	answers [3]string // text; how many of the choices come before; yes or no
	asked   bool      // the firm wants more, a day later
}

var visits = []visitor{
	{key: "florist", daysAgo: 6, lang: locale.FR, number: 9001, email: "contact@fleurs-des-quais.example", phone: "+33 1 99 00 90 01", line1: "4 quai Saint-Antoine", place: [2]string{"69002", "Lyon"}, answers: [3]string{"", "0", "no"}, asked: true},
	{key: "studio", daysAgo: 2, lang: locale.EN, number: 9002, email: "emma@corail-studio.example", phone: "+33 1 99 00 90 02", line1: "18 rue Sainte", place: [2]string{"13001", "Marseille"}, answers: [3]string{"", "1", "no"}},
	{key: "vernet", daysAgo: 1, lang: locale.FR, number: 2, email: "l.vernet@cabinet-vernet.example", phone: "+33 1 99 00 90 03", line1: "29 cours Gambetta", place: [2]string{"69003", "Lyon"}, answers: [3]string{"demo.visitor.vernet.answer", "2", "yes"}},
}

// visitors makes the group and plans who comes to its door.
func (m *maker) visitors(ctx context.Context) error {
	g, err := m.Customers.SaveGroup(ctx, m.owner, m.key("group"), customers.Group{Name: m.text(locale.FR, "demo.group.online", nil), UploadsAllowed: true})
	if err != nil {
		return err
	}
	p, err := m.Customers.GroupPortalOf(ctx, m.owner, g.PublicID)
	if err != nil {
		return err
	}
	p.TaxFormat = taxid.SIREN
	p.TermsFR, p.TermsEN = m.text(locale.FR, "demo.group.terms", nil), m.text(locale.EN, "demo.group.terms", nil)
	for _, q := range []struct {
		key, kind string
		mandatory bool
	}{{"recent", "text", false}, {"heard", "choice", false}, {"order", "yes_no", true}} {
		x := customers.GroupQuestion{Kind: q.kind, Mandatory: q.mandatory, LabelFR: m.text(locale.FR, "demo.question."+q.key, nil), LabelEN: m.text(locale.EN, "demo.question."+q.key, nil), ChoicesFR: []string{}, ChoicesEN: []string{}}
		if q.kind == "choice" {
			x.ChoicesFR, x.ChoicesEN = m.choices(locale.FR, q.key), m.choices(locale.EN, q.key)
		}
		p.Questions = append(p.Questions, x)
	}
	if _, err := m.Customers.SaveGroupPortal(ctx, m.owner, m.key("portal"), p); err != nil {
		return err
	}
	for i, v := range visits {
		m.on(v.daysAgo, 11*time.Hour+time.Duration(13*i)*time.Minute, func(ctx context.Context) error {
			if err := m.visit(ctx, g.PublicID, v, fmt.Sprintf("192.0.2.%d", 20+i)); err != nil {
				return fmt.Errorf("visitor %s: %w", v.key, err)
			}
			return nil
		})
	}
	return nil
}

func (m *maker) choices(lang locale.Lang, question string) []string {
	return strings.Split(m.text(lang, "demo.question."+question+"_choices", nil), " | ")
}

// visit fills in the five steps as a visitor does, the code of the mail among them.
func (m *maker) visit(ctx context.Context, group string, v visitor, address string) error {
	in := registration.Typed{Lang: v.lang, Address: address, Accepted: true, TermsVersion: 1, Answers: map[string]string{}, Form: registration.RequestForm{
		Name: m.text(v.lang, "demo.visitor."+v.key+".name", nil), Email: v.email, Phone: v.phone, Language: v.lang,
		Company: m.text(v.lang, "demo.visitor."+v.key+".company", nil), TaxID: siren(v.number), Line1: v.line1, Postcode: v.place[0], City: v.place[1], Country: "FR"}}
	token, err := m.Registration.BeginRequest(ctx, group, in)
	if err != nil {
		return err
	}
	if err := m.Registration.SaveStep(ctx, token, registration.StepContact, in); err != nil {
		return err
	}
	r, err := m.Registration.LoadRequest(ctx, token, v.lang, registration.StepContact)
	if err != nil {
		return err
	}
	if err := m.Registration.ProveCode(ctx, token, m.Registration.Code(r.PublicID, "1")); err != nil {
		return err
	}
	if err := m.Registration.SaveStep(ctx, token, registration.StepCompany, in); err != nil {
		return err
	}
	for i, q := range r.Questions {
		switch {
		case v.answers[i] == "":
		case q.Kind == "choice":
			in.Answers[q.ID] = q.Choices[v.answers[i][0]-'0']
		case q.Kind == "text":
			in.Answers[q.ID] = m.text(v.lang, v.answers[i], nil)
		default:
			in.Answers[q.ID] = v.answers[i]
		}
	}
	if err := m.Registration.SaveStep(ctx, token, registration.StepQuestions, in); err != nil {
		return err
	}
	if err := m.Registration.Submit(ctx, token); err != nil {
		return err
	}
	m.sum.Requests++
	if v.asked {
		m.on(v.daysAgo-1, 9*time.Hour, func(ctx context.Context) error { return m.askMore(ctx, r.PublicID, v) })
	}
	return nil
}

// askMore is the firm's answer to a request in which something is not right.
func (m *maker) askMore(ctx context.Context, request string, v visitor) error {
	d, err := m.Registration.Request(ctx, m.owner, request)
	if err != nil {
		return err
	}
	_, err = m.Registration.AskMore(ctx, m.owner, registration.Say{Key: m.key("ask"), RequestID: request, Version: d.Version, Words: m.text(v.lang, "demo.visitor."+v.key+".ask", nil)})
	return err
}
