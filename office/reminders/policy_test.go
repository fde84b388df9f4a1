package reminders_test

import (
	"strings"
	"testing"

	"comptoir/core/civil"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/reminders"
)

func TestPolicies(t *testing.T) {
	f := officetest.New(t)
	list, err := f.Reminders.Policies(officetest.Ctx, officetest.Staff)
	f.Must(err)
	if len(list) != 1 || !list[0].IsDefault || !list[0].Automatic || len(list[0].Levels) != 3 || list[0].Levels[2].Tone != "notice" || list[0].Levels[0].Tone != "friendly" {
		t.Fatalf("a new company has the shipped policy: %+v", list)
	}
	bad := reminders.Policy{Name: " ", Levels: []reminders.Level{{Days: 5, SubjectFR: "Relance {{invoices}}", BodyFR: "Bonjour,\nvoici {{facture.numero}}"}, {Days: 5, BodyEN: "open {{invoice.number"}, {Days: -1, Formal: true}}}
	_, err = f.Reminders.SavePolicy(officetest.Ctx, officetest.Staff, f.Key(), bad)
	f.WantField(err, "name", "fault.required")
	f.WantField(err, "levels.0.subjectFr", "fault.placeholder")
	f.WantField(err, "levels.0.bodyFr", "fault.placeholder")
	f.WantField(err, "levels.1.days", "fault.reminder.days_order")
	f.WantField(err, "levels.1.bodyEn", "fault.placeholder_open")
	f.WantField(err, "levels.2.days", "fault.reminder.days_order")
	if !strings.Contains(errText(err), "facture.numero") || !strings.Contains(errText(err), "column:7 line:2 ") {
		t.Errorf("the placeholder's name and place: %s", errText(err))
	}
	soft, err := f.Reminders.SavePolicy(officetest.Ctx, officetest.Staff, f.Key(), reminders.Policy{Name: "Douce", Levels: []reminders.Level{{Days: 10}}})
	f.Must(err)
	_, err = f.Reminders.SavePolicy(officetest.Ctx, officetest.Staff, f.Key(), reminders.Policy{Name: "douce", Levels: []reminders.Level{{Days: 10}}})
	f.WantField(err, "name", "fault.reminder.name_taken")
	g, err := f.Customers.SaveGroup(officetest.Ctx, officetest.Staff, f.Key(), customers.Group{Name: "Associations", PolicyID: soft.PublicID})
	f.Must(err)
	f.WantFault(f.Reminders.DeletePolicy(officetest.Ctx, officetest.Staff, soft.PublicID, soft.Version), "fault.reminder.policy_in_use")
	f.WantFault(f.Reminders.DeletePolicy(officetest.Ctx, officetest.Staff, list[0].PublicID, list[0].Version), "fault.reminder.default_stays")
	c := f.Customer("Chorale", func(c *customers.Customer) { c.GroupID = g.PublicID })
	d := issueOn(f, c, "2026-01-02", 1000)
	f.Move("2026-02-06")
	p, err := f.Reminders.PlanByHand(officetest.Ctx, officetest.Staff, reminders.PlanQuery{Documents: []string{d.PublicID}})
	if err != nil || len(p.Mails) != 1 || p.Mails[0].Policy.Name != "Douce" || !p.Mails[0].Documents[0].Early {
		t.Errorf("its group's policy: %+v %v", p, err)
	}
	soft.IsDefault = true
	_, err = f.Reminders.SavePolicy(officetest.Ctx, officetest.Staff, "", soft)
	f.Must(err)
	if list, err = f.Reminders.Policies(officetest.Ctx, officetest.Staff); err != nil || !list[0].IsDefault || list[0].Name != "Douce" || list[1].IsDefault {
		t.Errorf("%+v %v", list, err)
	}
}

func TestGroupsGiveANewCustomerItsRules(t *testing.T) {
	f := officetest.New(t)
	days := int64(45)
	g, err := f.Customers.SaveGroup(officetest.Ctx, officetest.Staff, f.Key(), customers.Group{Name: "Grandes surfaces", IsDefault: true, TermsDays: &days, TermsEndOfMonth: true, TaxRegime: "exempt", Language: "en"})
	f.Must(err)
	blank, err := f.Customers.Blank(officetest.Ctx, officetest.Staff)
	if err != nil || blank.GroupID != g.PublicID || blank.TermsDays != 45 || !blank.TermsEndOfMonth || blank.TaxRegime != "exempt" || blank.Language != "en" {
		t.Errorf("%+v %v", blank, err)
	}
	_, err = f.Customers.SaveGroup(officetest.Ctx, officetest.Staff, f.Key(), customers.Group{Name: "grandes surfaces"})
	f.WantField(err, "name", "fault.group_name_taken")
	_, err = f.Customers.SaveGroup(officetest.Ctx, officetest.Staff, f.Key(), customers.Group{Name: "X", TaxRegime: "?", PolicyID: "nowhere", Language: "de"})
	f.WantField(err, "taxRegime", "fault.choice")
	f.WantField(err, "policyId", "fault.choice")
	f.WantField(err, "language", "fault.choice")
	second, err := f.Customers.SaveGroup(officetest.Ctx, officetest.Staff, f.Key(), customers.Group{Name: "Artisans", IsDefault: true})
	f.Must(err)
	list, err := f.Customers.Groups(officetest.Ctx, officetest.Staff)
	if err != nil || len(list) != 2 || list[0].PublicID != second.PublicID || list[1].IsDefault {
		t.Errorf("one default group: %+v %v", list, err)
	}
	c := f.Customer("Dupont", func(c *customers.Customer) { c.GroupID, c.RemindersExempt = g.PublicID, true })
	if c.GroupID != g.PublicID || !c.RemindersExempt {
		t.Errorf("%+v", c)
	}
	f.WantFault(f.Customers.DeleteGroup(officetest.Ctx, officetest.Staff, g.PublicID, list[1].Version), "fault.group_in_use")
	f.Must(f.Customers.DeleteGroup(officetest.Ctx, officetest.Staff, second.PublicID, second.Version))
	_, err = f.Customers.Save(officetest.Ctx, officetest.Staff, f.Key(), customers.Customer{Kind: "company", Name: "Y", Language: "fr", Currency: "EUR", TaxRegime: "domestic", Country: "FR", GroupID: "nowhere"})
	f.WantField(err, "groupId", "fault.choice")
}

func TestSampleOnARealInvoice(t *testing.T) {
	f := officetest.New(t)
	p := policy(f, false, 5, 15, 30)
	p.Levels[0].BodyFR = "Cher {{customer.name}}, {{invoice.number}} : {{invoice.amount}} ({{link}})"
	s, err := f.Reminders.Sample(officetest.Ctx, officetest.Staff, reminders.Sample{Policy: p, Level: 1, Lang: "fr"})
	if err != nil || s.Number == "" || !strings.Contains(s.Mail.Args["body"], "Client exemple") {
		t.Errorf("without any invoice an invented one: %+v %v", s, err)
	}
	d := issueOn(f, f.Customer("*Dupont*", nil), "2026-01-02", 140_000)
	f.Move("2026-02-17")
	s, err = f.Reminders.Sample(officetest.Ctx, officetest.Staff, reminders.Sample{Policy: p, Level: 1, Lang: "fr"})
	if err != nil || s.Number != d.Number || !strings.HasPrefix(s.Mail.Args["body"], `Cher \*Dupont\*, FA\-2026\-0001`) || !strings.Contains(s.Mail.Args["body"], "{{link}}") {
		t.Errorf("%+v %v", s, err)
	}
	if s, err = f.Reminders.Sample(officetest.Ctx, officetest.Staff, reminders.Sample{Policy: p, Level: 3, Lang: "en"}); err != nil || !strings.HasPrefix(s.Mail.Args["subject"], "Formal notice") || !strings.Contains(s.Mail.Args["body"], "recovery costs") {
		t.Errorf("%+v %v", s, err)
	}
	to, err := f.Reminders.Try(officetest.Ctx, officetest.Staff, f.Key(), reminders.Sample{Policy: p, Level: 2, Lang: "fr"})
	f.Must(err)
	if list := mails(f); len(list) != 1 || list[0].to != to || !strings.HasPrefix(list[0].args["subject"], "[Essai] ") {
		t.Errorf("%+v", list)
	}
	if got := past(f, d); len(got) != 0 {
		t.Errorf("a trial was noted: %+v", got)
	}
}

func TestThePortalShowsWhatWasClaimed(t *testing.T) {
	f := officetest.New(t)
	policy(f, true, 15)
	c, stranger := f.Customer("Dupont", nil), f.Customer("Autre", nil)
	d := issueOn(f, c, "2026-01-02", 140_000)
	f.Move("2026-02-16")
	run(f)
	got, err := f.Reminders.PortalClaimed(officetest.Ctx, officetest.Contact(c), d.PublicID)
	if err != nil || got.InterestMinor != 839 || got.IndemnityMinor != 4000 || got.On != civil.MustParse("2026-02-16") {
		t.Errorf("%+v %v", got, err)
	}
	if got, err = f.Reminders.PortalClaimed(officetest.Ctx, officetest.Contact(stranger), d.PublicID); err != nil || got != (reminders.Claimed{}) {
		t.Errorf("a stranger sees %+v %v", got, err)
	}
}

func TestOnlyTheFirmsPeople(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Dupont", nil)
	who := officetest.Contact(c)
	for name, call := range map[string]func() error{
		"policies": func() error { _, err := f.Reminders.Policies(officetest.Ctx, who); return err },
		"plan":     func() error { _, err := f.Reminders.PlanByHand(officetest.Ctx, who, reminders.PlanQuery{}); return err },
		"send":     func() error { _, err := f.Reminders.Send(officetest.Ctx, who, f.Key(), nil); return err },
		"fees":     func() error { _, err := f.Reminders.InvoiceFees(officetest.Ctx, who, f.Key(), "x"); return err },
		"do":       func() error { return f.Reminders.Source().Do(officetest.Ctx, who, "1:1") },
		"skip":     func() error { return f.Reminders.Source().Skip(officetest.Ctx, who, "1:1") },
		"groups":   func() error { _, err := f.Customers.Groups(officetest.Ctx, who); return err },
		"rates":    func() error { _, err := f.Reminders.Rates(officetest.Ctx, who); return err },
		"state":    func() error { _, err := f.Reminders.StateOf(officetest.Ctx, who, "x"); return err },
		"exempt":   func() error { return f.Reminders.SetNoReminders(officetest.Ctx, who, "x", true) },
	} {
		if err := call(); err == nil || !strings.Contains(err.Error(), "fault.forbidden") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The rate that the firm noted is the one that its invoices print from then on.
func TestInvoicesPrintTheNotedRate(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Dupont", nil)
	printed := func(day string) string {
		all := ""
		for _, m := range issueOn(f, c, day, 1000).Mentions {
			all += m.Text + "\n"
		}
		return all
	}
	if before := printed("2026-08-03"); strings.Contains(before, "%") {
		t.Errorf("a rate that nobody noted is printed:\n%s", before)
	}
	_, err := f.Reminders.SaveRate(officetest.Ctx, officetest.Staff, reminders.Rate{From: "2026-07-01", RatePCM: 12_340})
	f.Must(err)
	if after := printed("2026-08-04"); !strings.Contains(after, "12,34") {
		t.Errorf("the noted rate is not printed:\n%s", after)
	}
}
