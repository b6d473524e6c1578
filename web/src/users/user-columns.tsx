import { useMemo } from 'react'
import type { Column } from '../lists/record-table.tsx'
import { Avatar } from '../look/avatar.tsx'
import { Tag } from '../look/tag.tsx'
import { displayName } from '../session/session.ts'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import type { ListedUser } from './user.ts'
import classes from './user-columns.module.css'
import { usersTexts } from './users-texts.ts'

/** The columns of the list of users. */
export function useUserColumns(): Column<ListedUser>[] {
  const texts = useTexts(usersTexts)
  return useMemo(
    () => [
      { name: 'name', label: texts.columns.name, order: 'username', cell: (user) => <Name user={user} /> },
      {
        name: 'email',
        label: texts.columns.email,
        order: 'email',
        cell: ({ email, email_verified: isVerified }) =>
          email !== '' && (
            <span className={classes.address}>
              {email}
              {!isVerified && <Tag kind="warning">{texts.unconfirmed}</Tag>}
            </span>
          ),
      },
      {
        name: 'staff',
        label: texts.columns.staff,
        order: 'is_staff',
        cell: (user) => <RoleTag user={user} />,
      },
      {
        name: 'active',
        label: texts.columns.active,
        order: 'is_active',
        cell: ({ is_active: isActive }) =>
          isActive ? <span className={classes.quiet}>{texts.active}</span> : <Tag kind="bad">{texts.inactive}</Tag>,
      },
      {
        name: 'secondFactor',
        label: texts.columns.secondFactor,
        isWide: true,
        cell: ({ second_factor: isHeld }) =>
          isHeld ? <Tag kind="good">{texts.yes}</Tag> : <span className={classes.quiet}>{texts.no}</span>,
      },
      {
        name: 'lastLogin',
        label: texts.columns.lastLogin,
        order: 'last_login_at',
        isSaid: true,
        cell: ({ last_login_at: at }) => (
          <span className={classes.quiet}>{at === null ? texts.never : <Moment at={at} relative />}</span>
        ),
      },
      {
        name: 'created',
        label: texts.columns.created,
        order: 'created_at',
        isWide: true,
        cell: ({ created_at: at }) => (
          <span className={classes.quiet}>
            <Moment at={at} relative />
          </span>
        ),
      },
    ],
    [texts],
  )
}

function Name({ user }: { user: ListedUser }) {
  const name = displayName(user)
  return (
    <span className={classes.name}>
      <Avatar name={name} />
      <span className={classes.names}>
        <span>{name}</span>
        {name !== user.username && <span className={classes.username}>{user.username}</span>}
      </span>
    </span>
  )
}

/** Whether an account is a superuser or staff; nothing for others. */
export function RoleTag({ user }: { user: Pick<ListedUser, 'is_staff' | 'is_superuser'> }) {
  const texts = useTexts(usersTexts)
  if (user.is_superuser) return <Tag kind="accent">{texts.superuser}</Tag>
  return user.is_staff ? <Tag kind="plain">{texts.staff}</Tag> : null
}
