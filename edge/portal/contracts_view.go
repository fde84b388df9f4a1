package portal

import (
	"slices"
	"strings"

	"comptoir/core/money"
	"comptoir/office/contracts"
	"comptoir/office/schedule"
	"comptoir/office/signing"
	"comptoir/rules/contract"
)

// contractBadge is the state of a contract as a word with its colour.
func (v *visit) contractBadge(s contract.Status) badge {
	tones := map[contract.Status]string{contract.Active: "good", contract.Signed: "good", contract.ToSign: "warning", contract.InReview: "info"}
	tone := tones[s]
	if tone == "" {
		tone = "neutral"
	}
	return badge{tone: tone, word: v.T("common.contracts.state." + string(s))}
}

// turnBadge is how one of those who are asked stands.
func (v *visit) turnBadge(state string) badge {
	tones := map[string]string{signing.TurnApproved: "good", signing.TurnSigned: "good", signing.TurnRefused: "danger", signing.TurnAsked: "warning"}
	tone := tones[state]
	if tone == "" {
		tone = "neutral"
	}
	return badge{tone: tone, word: v.T("portal.contract.turn." + state)}
}

// milestoneState is a milestone's state as a word.
func (v *visit) milestoneState(m contracts.Milestone) badge {
	switch {
	case m.State == contracts.MilestoneDone:
		return badge{tone: "good", word: v.T("portal.contract.milestone.done")}
	case m.State == contracts.MilestoneCancelled:
		return badge{tone: "neutral", word: v.T("portal.contract.milestone.cancelled")}
	case m.Late:
		return badge{tone: "warning", word: v.T("portal.contract.milestone.late")}
	}
	return badge{tone: "neutral", word: v.T("portal.contract.milestone.open")}
}

// joined are currencies as one text.
func joined(list []money.Currency) string {
	words := make([]string, len(list))
	for i, c := range list {
		words[i] = string(c)
	}
	return strings.Join(words, ", ")
}

// billingBadge is how far a milestone has come towards money.
func (v *visit) billingBadge(b contract.MilestoneBilling) badge {
	if b == contract.BillingPaid {
		return badge{tone: "good", word: v.T("portal.contract.billing.paid")}
	}
	return badge{tone: "info", word: v.T("portal.contract.billing." + string(b))}
}

// billingOf finds the money of a milestone on the page.
func (c contractView) billingOf(id string) (m schedule.Milestone, ok bool) {
	if c.money == nil {
		return m, false
	}
	for _, x := range c.money.Milestones {
		if x.PublicID == id && x.Billing != contract.BillingNone {
			return x, true
		}
	}
	return m, false
}

// paperOf gives the document of a milestone that is there to see.
func (c contractView) paperOf(x schedule.Milestone) (p schedule.Paper, ok bool) {
	for _, d := range c.money.Papers {
		for _, id := range x.Papers {
			if d.PublicID == id {
				p, ok = d, true
			}
		}
	}
	return p, ok
}

// folderFiles are the attachments of one folder, those in none first.
type folderFiles struct {
	id, name string
	files    []contracts.PortalAttachment
}

// inFolders puts attachments beside those of the same folder, with the folder's whole path as its name; what lies in a folder
// follows it.
func (c contractView) inFolders() (list []folderFiles) {
	names := map[string]string{}
	for range c.files.Folders { // parents may come after their children
		for _, f := range c.files.Folders {
			if up, ok := names[f.ParentID]; ok {
				names[f.PublicID] = up + " / " + f.Name
			} else {
				names[f.PublicID] = f.Name
			}
		}
	}
	inside := map[string][]contracts.PortalAttachment{}
	for _, f := range c.files.Files {
		inside[f.FolderID] = append(inside[f.FolderID], f)
	}
	var walk func(id string)
	walk = func(id string) {
		if len(inside[id]) > 0 {
			list = append(list, folderFiles{id: id, name: names[id], files: inside[id]})
		}
		for _, f := range c.files.Folders {
			if f.ParentID == id && f.PublicID != id {
				walk(f.PublicID)
			}
		}
	}
	walk("")
	return list
}

// fieldsOf are the refusals beside the fields of one form: of a turn, or of the thread ("").
func (c contractView) fieldsOf(turn string) map[string]string {
	if c.typed.turn != turn {
		return nil
	}
	return c.fields
}

// method is how the signer of a round is recognised on this page: a code that is on its way comes first, then what is
// proposed.
func (c contractView) method(r signing.PortalRound) string {
	switch {
	case c.typed.byPassword && takes(r, signing.ByPassword):
		return signing.ByPassword
	case r.CodeTo != "" && takes(r, signing.ByCode):
		return signing.ByCode
	case len(r.Methods) > 0:
		return r.Methods[0]
	}
	return signing.ByCode
}

// afterSigning names what is said to who has just signed: others are still to sign, or the sealed paper comes.
func (c contractView) afterSigning() string {
	for _, r := range c.rounds {
		if r.Kind == signing.Signature && r.State == "open" {
			return "signed_text"
		}
	}
	return "signed_all"
}

func takes(r signing.PortalRound, method string) bool {
	return slices.Contains(r.Methods, method)
}

// nameOf is what stands in the field of the name: what was typed, else the name as the firm has it.
func (c contractView) nameOf(r signing.PortalRound) string {
	if c.typed.turn == r.TurnID && c.typed.turn != "" {
		return c.typed.name
	}
	return r.MyName
}

func (c contractView) reasonOf(r signing.PortalRound) string {
	if c.typed.turn == r.TurnID {
		return c.typed.reason
	}
	return ""
}

// waits tells whether the visitor may answer a round now: its documents stand above already.
func waits(r signing.PortalRound) bool {
	return r.MayApprove || r.MaySign || r.MayRefuse
}

func (v *visit) dueBadge(r signing.PortalRound) badge {
	if r.Late {
		return badge{tone: "warning", word: v.T("portal.contract.late", "date", v.storedDay(r.DueOn))}
	}
	return badge{tone: "info", word: v.T("portal.contract.by", "date", v.storedDay(r.DueOn))}
}

// roundBadge is how a round stands as a word.
func (v *visit) roundBadge(r signing.PortalRound) badge {
	tones := map[string]string{"done": "good", "refused": "danger", "open": "info"}
	tone := tones[r.State]
	if tone == "" {
		tone = "neutral"
	}
	return badge{tone: tone, word: v.T("portal.contract.round_state." + r.State)}
}

// whyNot says why there is nothing to do for the visitor in a round that is open; "" where there is, or nothing is to be said.
func (v *visit) whyNot(r signing.PortalRound) string {
	switch r.Why {
	case "waiting_turn", "approval_first", "stand_in":
		return v.T("portal.contract.why." + r.Why)
	}
	return ""
}

// renews says whether and by how much a contract goes on after its term.
func (c contractView) renews(v *visit) string {
	if c.Terms.Renewal == contract.Tacit && c.Terms.RenewalMonths > 0 {
		return v.T("portal.contract.renews_by", "months", c.Terms.RenewalMonths)
	}
	return v.T("common.contracts.renewal." + string(c.Terms.Renewal))
}

// noticeAway is the time of notice of a contract without an end: it may be given on any day.
func (c contractView) noticeAway(v *visit) string {
	if c.Terms.NoticeCount <= 0 || !c.Terms.End.IsZero() {
		return ""
	}
	return v.T("portal.contract.notice_away_"+c.Terms.NoticeUnit, "count", c.Terms.NoticeCount)
}
