package portal

import "comptoir/core/actor"

// RouteAreas is routeAreas.
func RouteAreas() map[string]actor.Areas { return routeAreas }
