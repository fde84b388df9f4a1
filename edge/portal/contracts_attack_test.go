package portal_test

import "testing"

// A link of an invitation that somebody else placed does not end a session by password, nor put
// the stranger's contract in its place, until the person says so.
func TestAnInvitationAsksBeforeItEndsAnotherSession(t *testing.T) {
	f := newFirm(t, contractsToo)
	v := f.byPassword(f.serve())
	shows(t, v.get(f.signer), "Ce lien est pour une autre personne", `action="`+f.signer+`"`)
	shows(t, v.get("/contrats"), "Entretien des menuiseries") // still who it was
	leads(t, v.post(f.signer, ""), "/contrats/"+f.toSign)
	if a := v.get("/contrats"); a.status != 403 {
		t.Errorf("the guest sees the customer's list: %d", a.status)
	}
	leads(t, f.visitor(f.serve()).get(f.signer), "/contrats/"+f.toSign) // nobody's session: at once
}
