namespace WebhookKit.Sending;

/// <summary>Finds the faults of <see cref="WebhookSendingOptions"/>.</summary>
internal static class SendingOptionsValidator
{
    private const string Section = "Webhooks:Sending:";
    private const int MostResponseBodyBytes = 1024 * 1024;
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestLifetime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(1);

    public static IReadOnlyList<WebhookError> Validate(WebhookSendingOptions options)
    {
        List<WebhookError> errors = [];
        CheckTime(nameof(options.Timeout), options.Timeout);
        CheckTime(nameof(options.MaxTimeout), options.MaxTimeout);
        CheckTime(nameof(options.ConnectTimeout), options.ConnectTimeout);
        CheckAgainstMaxTimeout(nameof(options.Timeout), options.Timeout);
        CheckAgainstMaxTimeout(nameof(options.ConnectTimeout), options.ConnectTimeout);
        if (options.MaxResponseBodyBytes is < 0 or > MostResponseBodyBytes)
        {
            Add(WebhookErrorCode.OutOfRange, nameof(options.MaxResponseBodyBytes),
                $"{options.MaxResponseBodyBytes} is not between 0 and {MostResponseBodyBytes}.", "Give a number of bytes in this range; 0 keeps nothing.");
        }

        if (options.PooledConnectionLifetime < ShortestLifetime || options.PooledConnectionLifetime > LongestLifetime)
        {
            Add(WebhookErrorCode.OutOfRange, nameof(options.PooledConnectionLifetime),
                $"{options.PooledConnectionLifetime} is not between 1 s and 1 day.", "Give a time in this range.");
        }

        if (options.MaxConnectionsPerEndpoint < 1)
        {
            Add(WebhookErrorCode.OutOfRange, nameof(options.MaxConnectionsPerEndpoint),
                $"{options.MaxConnectionsPerEndpoint} allows no connection.", "Give 1 or more, or leave it out for no limit.");
        }

        if (options.Proxy is { } proxy)
            CheckProxy(proxy);
        return errors;

        void CheckTime(string option, TimeSpan value)
        {
            if (value <= TimeSpan.Zero || value > LongestTimeout)
                Add(WebhookErrorCode.OutOfRange, option, $"{value} is not above zero and at most an hour.", "Give a time in this range.");
        }

        void CheckAgainstMaxTimeout(string option, TimeSpan value)
        {
            if (value > options.MaxTimeout)
                Add(WebhookErrorCode.Contradiction, option, $"{value} is longer than MaxTimeout ({options.MaxTimeout}).", "Shorten it or raise MaxTimeout.");
        }

        void CheckProxy(Uri uri)
        {
            if (!uri.IsAbsoluteUri || uri.Scheme is not ("http" or "https"))
                Add(WebhookErrorCode.InvalidUrl, nameof(options.Proxy), "The proxy is not an absolute http:// or https:// URL.",
                    "Give it as http://host:port.");
            else if (uri.UserInfo.Length > 0)
                Add(WebhookErrorCode.InvalidUrl, nameof(options.Proxy), "The proxy's URL carries user-info, which would show wherever it does.",
                    "Set its credentials on the client's primary handler.");
        }

        void Add(WebhookErrorCode code, string option, string problem, string remedy) =>
            errors.Add(new WebhookError(code, Section + option, problem, remedy));
    }
}
