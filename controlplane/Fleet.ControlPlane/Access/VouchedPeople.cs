using System.Text.RegularExpressions;
using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Access;

/// <summary>Whom somebody else vouches for.</summary>
/// <param name="Issuer">Who vouches.</param>
/// <param name="Subject">Who it is there; never given to anybody else.</param>
/// <param name="Name">What they are called there; may change, and may be given to another.</param>
internal sealed record Vouched(string Issuer, string Subject, string Name);

/// <summary>A sign-in that somebody else vouched for.</summary>
/// <param name="Session">What it gives.</param>
/// <param name="Before">The role until now; null for an account that was made just now.</param>
internal sealed record VouchedSession(SessionResponse Session, Role? Before);

/// <summary>Accounts without a password here: bound to who vouches for them, with the role that is named at each sign-in.</summary>
internal sealed class VouchedPeople(FleetStore store, Accounts accounts, TimeProvider time)
{
    private const int LongestSubject = 255;
    private const int ShortestName = 3;
    private const int LongestName = 64;

    /// <exception cref="ProblemException">The account is shut out, or its name is another's.</exception>
    public async Task<VouchedSession> SignInAsync(Vouched who, Role role, CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var row = await FindAsync(who, cancellationToken);
        if (row is { Disabled: true })
        {
            throw new ProblemException(Problems.AuthDisabled, $"{row.Name} was shut out by an Admin.");
        }

        Role? before = row?.Role;
        row ??= await AddAsync(who, cancellationToken);
        (row.Role, row.VouchedUntil) = (role, time.GetUtcNow() + Accounts.SessionLife);
        var session = accounts.Open(row);
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new VouchedSession(session, before);
    }

    /// <summary>Ends every session of someone whom no role is named for any more.</summary>
    public async Task EndAsync(Vouched who, CancellationToken cancellationToken)
    {
        if (await FindAsync(who, cancellationToken) is { } row)
        {
            await store.Set<SessionRow>().Where(s => s.Operator == row.Name).ExecuteDeleteAsync(cancellationToken);
            await store.Set<LinkRow>().Where(l => l.Operator == row.Name).ExecuteDeleteAsync(cancellationToken);
        }
    }

    private Task<OperatorRow?> FindAsync(Vouched who, CancellationToken cancellationToken) =>
        store.Set<OperatorRow>().SingleOrDefaultAsync(o => o.Issuer == who.Issuer && o.Subject == who.Subject, cancellationToken);

    private async Task<OperatorRow> AddAsync(Vouched who, CancellationToken cancellationToken)
    {
        if (who.Subject.Length is 0 or > LongestSubject || who.Name.Length is < ShortestName or > LongestName || !Regex.IsMatch(who.Name, PersonName.Rule))
        {
            throw new ProblemException(Problems.AuthName, $"An account here has 3 to 64 letters, digits and . _ - @ +, which '{who.Name}' has not.");
        }

        if (await store.Set<OperatorRow>().FindAsync([who.Name], cancellationToken) is { } other)
        {
            throw new ProblemException(Problems.AuthName, $"{other.Name} is somebody else's account here.");
        }

        var row = new OperatorRow { Name = who.Name, Issuer = who.Issuer, Subject = who.Subject };
        store.Add(row);
        return row;
    }
}
