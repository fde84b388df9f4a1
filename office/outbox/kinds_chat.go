package outbox

// The kinds of mail about conversations; all take its subject. Those to a contact carry
// conversation (its public id), from which their link is made: it asks for the password.
const (
	// ChatAnswered tells a contact what it has not read: by, text.
	ChatAnswered Kind = "chat_answered"
	// ChatAsked goes to the firm when it is closed: customer, by, text.
	ChatAsked Kind = "chat_asked"
	// ChatTranscript carries all that was said: text.
	ChatTranscript Kind = "chat_transcript"
)
