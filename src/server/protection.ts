import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

const YEAR_SECONDS = 31_536_000

/**
 * Security headers of everything that a browser may show. No inline script, nothing from elsewhere; styles inline are
 * allowed because the browsable reference sets them from its script. The page has a stricter policy of its own
 * (`pages/`). `https`: people reach this installation by it, so browsers are told to insist; one on a private machine is
 * reached by plain HTTP. Other names of the domain are none of our business.
 */
export async function protect(app: FastifyInstance, https: boolean): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"], 'script-src': ["'self'"], 'style-src': [
          "'self'", "'unsafe-inline'",
        ], 'img-src': ["'self'", 'data:'],
        'font-src': ["'self'", 'data:'], 'connect-src': ["'self'"], 'manifest-src': ["'self'"], 'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
      },
    },
    strictTransportSecurity: https ? { maxAge: YEAR_SECONDS, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'no-referrer' },
  })
}
