package customers_test

import (
	"fmt"
	"slices"
	"testing"

	"comptoir/db/dbtest"
	"comptoir/office/customers"
)

// swaps gives the primary contact to somebody else and tells which mails went, to the letter.
func (w *world) swaps(c customers.Customer, from, to string) []string {
	w.t.Helper()
	raw := dbtest.Raw(w.t, w.db.Path())
	before := dbtest.Int(w.t, raw, "SELECT count(*) FROM mails")
	w.must(w.SwapPrimary(ctx, staff, w.key(), customers.Swap{CustomerID: c.PublicID, FromID: idOf(c, from), ToID: idOf(c, to)}))
	return dbtest.Strings(w.t, raw, "SELECT kind || ' ' || language || ' to ' || to_name || ' from ' || COALESCE(json_extract(args, '$.sender'), 'the firm') || char(10) || json_extract(args, '$.subject') || char(10) || json_extract(args, '$.body') FROM mails ORDER BY id LIMIT -1 OFFSET ?", before)
}

// TestSwapMailsToTheLetter: each of the two in its own language, in the program's words and in the
// group's, where the group's box is ticked.
func TestSwapMailsToTheLetter(t *testing.T) {
	w := newWorld(t)
	c := w.trio()
	raw := dbtest.Raw(t, w.db.Path())
	exec := func(q string, args ...any) {
		t.Helper()
		if _, err := raw.Exec(q, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec("UPDATE contacts SET language = 'en' WHERE name = 'Ann'")
	firm := dbtest.Strings(t, raw, "SELECT name FROM company")[0]
	is := func(what string, got []string, want ...string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s\n got %q\nwant %q", what, got, want)
		}
	}
	is("the program's words", w.swaps(c, "Ann", "Bob"),
		"access fr to Bob from the firm\nVous êtes le contact principal de Atelier Martin\nBonjour Bob,\n\nVous êtes désormais le contact principal de Atelier Martin auprès de "+firm+". Dans votre espace client, vous pouvez inviter d’autres personnes de votre société et leur retirer l’accès.",
		"access en to Ann from the firm\nAnother primary contact for Atelier Martin\nHello Ann,\n\nYou are no longer the primary contact of Atelier Martin with "+firm+". Your access to the customer portal stays open.\n\nIf this change surprises you, reply to this e-mail.")
	is("the other way round", w.swaps(c, "Bob", "Ann"),
		"access en to Ann from the firm\nYou are the primary contact of Atelier Martin\nHello Ann,\n\nYou are now the primary contact of Atelier Martin with "+firm+". In your customer portal you can invite other people of your company and remove their access.",
		"access fr to Bob from the firm\nChangement de contact principal pour Atelier Martin\nBonjour Bob,\n\nVous n’êtes plus le contact principal de Atelier Martin auprès de "+firm+". Votre accès à l’espace client reste ouvert.\n\nSi ce changement vous surprend, répondez à ce courriel.")

	g := dbtest.Int(t, raw, "SELECT group_id FROM customers WHERE public_id = ?", c.PublicID)
	exec("UPDATE customer_groups SET mails_from = 'portail@firm.example' WHERE id = ?", g)
	for _, kind := range []string{customers.MailNewPrimary, customers.MailOldPrimary} {
		exec("INSERT INTO group_mails (group_id, kind, lang, subject, body) VALUES (?, ?, 'fr', ?, 'Cher {{contact.name}} ({{user.name}}), {{customer.name}}, {{firm.name}}, {{link}}'), (?, ?, 'en', ?, 'Dear {{contact.name}}')", g, kind, "À nous : "+kind, g, kind, "Ours: "+kind)
	}
	mail := dbtest.Strings(t, raw, "SELECT email FROM contacts WHERE name = 'Bob'")[0]
	is("the group's words", w.swaps(c, "Ann", "Bob"),
		fmt.Sprintf("access fr to Bob from portail@firm.example\nÀ nous : new_primary\nCher Bob (%s), Atelier Martin, %s, {{link}}", escaped(mail), firm),
		"access en to Ann from portail@firm.example\nOurs: old_primary\nDear Ann")

	exec("UPDATE customer_groups SET tell_old_primary = 0 WHERE id = ?", g)
	if got := w.swaps(c, "Bob", "Cleo"); len(got) != 1 || got[0][:17] != "access fr to Cleo" {
		t.Errorf("only the new one is ticked: %q", got)
	}
	exec("UPDATE customer_groups SET tell_old_primary = 1, tell_new_primary = 0 WHERE id = ?", g)
	if got := w.swaps(c, "Cleo", "Bob"); len(got) != 1 || got[0][:17] != "access fr to Cleo" {
		t.Errorf("only the old one is ticked: %q", got)
	}
	exec("UPDATE customer_groups SET tell_new_primary = 1, portal_enabled = 0 WHERE id = ?", g)
	is("a group that does not use the portal", w.swaps(c, "Bob", "Ann"))
}

// escaped is an address as it stands in Markdown.
func escaped(s string) string {
	var b []rune
	for _, r := range s {
		if r == '.' || r == '@' {
			b = append(b, '\\')
		}
		b = append(b, r)
	}
	return string(b)
}
