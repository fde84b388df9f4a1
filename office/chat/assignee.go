package chat

import "comptoir/core/actor"

// Is tells whether an assignee is who acts.
func (a Assignee) Is(who actor.Actor) bool { return who.Kind == actor.Staff && who.ID == a.id }
