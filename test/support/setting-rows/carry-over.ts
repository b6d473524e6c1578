import { otherSecret, type SettingRow } from './setting-row.ts'

/** The settings of the carry-over of sessions, in the order of the manual. */
export const carryOverSettingRows: SettingRow[] = [
  {
    name: 'CARRY_OVER_SECRET',
    byDefault: undefined,
    written: otherSecret,
    read: otherSecret,
    beside: { CARRY_OVER_UNTIL: '2027-01-31' },
    in: (c) => c.carryOver.secret,
  },
  {
    name: 'CARRY_OVER_UNTIL',
    byDefault: undefined,
    written: '2027-01-31',
    read: Date.UTC(2027, 1, 1),
    in: (c) => c.carryOver.until,
  },
  {
    name: 'CARRY_OVER_SECRET_MAY_BE_GUESSED',
    byDefault: false,
    written: 'true',
    read: true,
    in: (c) => c.carryOver.mayBeGuessed,
  },
  {
    name: 'CARRY_OVER_USER_ID_CLAIM',
    byDefault: 'user_id',
    written: 'uid',
    read: 'uid',
    in: (c) => c.carryOver.userIdClaim,
  },
  {
    name: 'CARRY_OVER_TOKEN_TYPE_CLAIM',
    byDefault: 'token_type',
    written: 'none',
    read: undefined,
    in: (c) => c.carryOver.tokenTypeClaim,
  },
  { name: 'CARRY_OVER_JTI_CLAIM', byDefault: 'jti', written: 'id', read: 'id', in: (c) => c.carryOver.tokenIdClaim },
  {
    name: 'CARRY_OVER_REFRESH_EXP_CLAIM',
    byDefault: 'refresh_exp',
    written: 'until',
    read: 'until',
    in: (c) => c.carryOver.refreshExpClaim,
  },
  {
    name: 'CARRY_OVER_ISSUER',
    byDefault: undefined,
    written: 'django',
    read: 'django',
    in: (c) => c.carryOver.issuer,
  },
  {
    name: 'CARRY_OVER_AUDIENCE',
    byDefault: undefined,
    written: 'api',
    read: 'api',
    in: (c) => c.carryOver.audience,
  },
]
