namespace Rubato.Processes;

/// <summary>At which scale a state is stepped.</summary>
public enum Coordinates
{
    /// <summary>As the network sees it: x = alpha x0 + sigma noise.</summary>
    Network,

    /// <summary>Divided by alpha: y = x0 + kappa noise, as k-diffusion does.</summary>
    Unscaled,
}
