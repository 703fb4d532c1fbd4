// SPDX-License-Identifier: MIT
#include "stack/route.h"

#include "stack/address.h"
#include "stack/source_address.h"

static const StackRoute *
route_nth (const Stack *stack, unsigned i)
{
  return &g_array_index (stack->routes, StackRoute, i);
}

/* The longest stand first, so that the first that fits is the best. Lengths
 * of the two families are not comparable, but never compete either. */
void
stack_route_add (Stack *stack,
                 const Address *prefix,
                 unsigned length,
                 unsigned interface)
{
  StackRoute route = { .prefix = *prefix,
                       .length = length,
                       .interface = interface };
  unsigned at = stack->routes->len;

  while (at > 0 && route_nth (stack, at - 1)->length < length)
    at--;
  g_array_insert_val (stack->routes, at, route);
}

bool
route_find_interface (const Stack *stack,
                      const Address *destination,
                      unsigned *interface)
{
  for (unsigned i = 0; i < stack->routes->len; i++)
    {
      const StackRoute *route = route_nth (stack, i);

      if (!address_in_prefix (destination, &route->prefix, route->length))
        continue;
      *interface = route->interface;
      return true;
    }
  return false;
}

bool
route_find (const Stack *stack, const Address *destination, Route *route)
{
  return route_find_interface (stack, destination, &route->interface)
         && source_address_select (stack, route->interface, destination,
                                   &route->source);
}

bool
route_is_on_link (const Stack *stack,
                  unsigned interface,
                  const Address *destination)
{
  for (unsigned i = 0; i < stack->addresses->len; i++)
    {
      const StackAddress *ours =
          &g_array_index (stack->addresses, StackAddress, i);

      if (address_in_prefix (destination, &ours->address, ours->prefix_length)
          && ours->interface == interface)
        return true;
    }
  return false;
}
