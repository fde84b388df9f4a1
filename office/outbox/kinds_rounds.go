package outbox

// The kinds of mail about rounds of approval and signature of a contract. All take number and
// title of the contract, and what (approval, signature). Those that go outside carry the link of
// their contact, or guest (public id of the outside person, of which the link is made).
const (
	// ContractTurn asks for an answer: optional text (the firm's own words), due_date.
	ContractTurn Kind = "contract_turn"
	// ContractReminder asks again: optional due_date.
	ContractReminder Kind = "contract_reminder"
	// ContractRestarted tells that a document changed and that the round begins again; turn is
	// "yes" for who is asked at once.
	ContractRestarted Kind = "contract_restarted"
	// ContractStopped tells who had been asked that no answer is wanted any more.
	ContractStopped Kind = "contract_stopped"
	// ContractRefused goes to the firm: customer, by, reason.
	ContractRefused Kind = "contract_refused"
	// ContractRoundDone goes to the firm: customer.
	ContractRoundDone Kind = "contract_round_done"
	// ContractCopy tells a signer that the signed and sealed papers are there.
	ContractCopy Kind = "contract_signed_copy"
	// ContractCode carries a code with which one signs: code_of (public id), round, minutes. The
	// code itself is derived when the mail leaves; the window never shows it.
	ContractCode Kind = "contract_code"
	// ContractComment tells what was said about a contract: by, text.
	ContractComment Kind = "contract_comment"
	// ContractCommented tells the firm the same: customer, by, text.
	ContractCommented Kind = "contract_commented"
)

// masked hides in the window what only its addressee may read: who reads a code could sign with it, or sign in.
func masked(m string, l *Letter) {
	if Kind(m) == ContractCode {
		l.Args["code"] = "••••••"
	}
	if Kind(m) == UserLink { // who reads it would sign in as somebody else
		l.Args["code"], l.Link = "••••••", ""
	}
}
