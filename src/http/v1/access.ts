/**
 * Who may call a route. `anybody`: tokens are ignored. `caller`: logged-in users. `staff`: administrators with the
 * route's permission. `superuser`: administrators who may do everything. `service`: a program with a service
 * credential.
 */
export type Access = 'anybody' | 'caller' | 'staff' | 'superuser' | 'service'
