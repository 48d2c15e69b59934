using System.Collections.Immutable;

namespace WebhookKit;

/// <summary>Where in a request something is read: in a header, in a member of the JSON body, or the whole body.</summary>
public sealed class WebhookField
{
    private WebhookField(string? headerName, ImmutableArray<string> path)
    {
        HeaderName = headerName;
        Path = path;
    }

    /// <summary>The body as it is, without an envelope.</summary>
    public static WebhookField WholeBody { get; } = new(headerName: null, []);

    /// <summary>The header's name; null if it is not a header.</summary>
    public string? HeaderName { get; }

    /// <summary>The names that lead from the root of the JSON body to the member; none for the whole body or a header.</summary>
    public ImmutableArray<string> Path { get; }

    /// <summary>A header, which must stand exactly once. Few schemes sign headers: what is read there is not proven.</summary>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static WebhookField Header(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new WebhookField(name, []);
    }

    /// <summary>A member of the JSON body, by its name, or by the names that lead to it from the root.</summary>
    /// <exception cref="ArgumentException">There is no name, or one is null.</exception>
    public static WebhookField Member(params ReadOnlySpan<string> path)
    {
        if (path.IsEmpty || path.Contains(null))
            throw new ArgumentException("Name the member.", nameof(path));
        return new WebhookField(headerName: null, [.. path]);
    }
}
