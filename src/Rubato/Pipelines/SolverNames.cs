using Rubato.Checkpoints;
using Rubato.Files;
using Rubato.Sampling;
using Rubato.Solvers;

namespace Rubato.Pipelines;

/// <summary>
/// The solvers that a person can name. Where one stands for a scheduler class of diffusers, the class takes over what it knows
/// of the model's own configuration: betas, what the network predicts, spacing.
/// </summary>
public static class SolverNames
{
    private const string Karras = "arXiv:2206.00364", Plus = "arXiv:2211.01095", Lu = "arXiv:2206.00927", Deis = "arXiv:2204.13902";

    /// <summary>All of them; the command's help, the documentation and the tests enumerate this list.</summary>
    public static IReadOnlyList<NamedSolver> All { get; } =
    [
        new("ddim", "DDIM", 1, 1, "arXiv:2010.02502")
            { ClassName = "DDIMScheduler", Settings = ["eta"], Make = call => new Ddim(call.Eta ?? 0), MakeForFlow = _ => new Ddim() },
        new("ddpm", "DDPM", 1, 1, "arXiv:2006.11239") { ClassName = "DDPMScheduler", IsStochastic = true },
        new("plms", "PLMS", 2, 1, "arXiv:2202.09778") { ClassName = "PNDMScheduler", Options = """{"skip_prk_steps":true}""" },
        new("pndm", "PNDM", 2, 1, "arXiv:2202.09778") { ClassName = "PNDMScheduler", Options = """{"skip_prk_steps":false}""" },
        new("ipndm", "iPNDM", 2, 1, Deis) { Settings = ["order"], Make = call => new Ipndm(call.Order ?? 4) },
        new("lms", "LMS", 4, 1, "k-diffusion")
            { ClassName = "LMSDiscreteScheduler", Aliases = ["ipndm_v", "rho_ab"], Settings = ["order"], Make = call => new Lms(call.Order ?? 4) },
        new("euler", "Euler", 1, 1, Karras)
        {
            ClassName = "EulerDiscreteScheduler",
            Aliases = ["flow_euler", "FlowMatchEulerDiscreteScheduler", "EDMEulerScheduler"],
            Settings = ["s_churn"],
            Make = call => new Euler(call.Churn),
            MakeForFlow = _ => new Ddim(),   // the same step
        },
        new("euler_ancestral", "Euler a", 1, 1, "k-diffusion")
        {
            ClassName = "EulerAncestralDiscreteScheduler",
            Aliases = ["LTXEulerAncestralRFScheduler"],
            IsStochastic = true,
            Settings = ["eta", "s_noise"],
            Make = call => new EulerAncestral(call.Eta ?? 1, call.NoiseScale ?? 1),
            MakeForFlow = call => new FlowAncestral(call.Eta ?? 1, call.NoiseScale ?? 1),
        },
        new("heun", "Heun", 2, 2, Karras)
        {
            ClassName = "HeunDiscreteScheduler",
            Aliases = ["flow_heun", "FlowMatchHeunDiscreteScheduler"],
            Settings = ["s_churn"],
            Make = call => new Heun(call.Churn),
            MakeForFlow = call => new FlowHeun(call.Churn),
        },
        new("heunpp2", "Heun++ 2", 1, 3, "ComfyUI") { Make = _ => new HeunPlusPlus() },
        new("dpm_2", "DPM2", 2, 2, Karras) { ClassName = "KDPM2DiscreteScheduler", Make = _ => new Dpm2() },
        new("dpm_2_ancestral", "DPM2 a", 2, 2, Karras)
            { ClassName = "KDPM2AncestralDiscreteScheduler", Settings = ["eta"], IsStochastic = true, Make = call => new Dpm2(call.Eta ?? 1) },
        new("dpmpp_2m", "DPM++ 2M", 2, 1, Plus)
        {
            ClassName = "DPMSolverMultistepScheduler",
            Aliases = ["EDMDPMSolverMultistepScheduler"],
            Options = """{"algorithm_type":"dpmsolver++","solver_order":2,"solver_type":"midpoint"}""",
            Make = _ => new DpmSolverMultistep(2),
        },
        new("dpm_2m", "DPM-Solver 2M", 2, 1, Lu)
        {
            ClassName = "DPMSolverMultistepScheduler",
            Options = """{"algorithm_type":"dpmsolver","solver_order":2,"final_sigmas_type":"sigma_min"}""",
            Make = _ => new DpmSolverMultistep(2, SolvedFor.Noise),
        },
        new("dpmpp_3m", "DPM++ 3M", 2, 1, Plus)
        {
            ClassName = "DPMSolverMultistepScheduler",
            Options = """{"algorithm_type":"dpmsolver++","solver_order":3}""",
            Make = _ => new DpmSolverMultistep(3),
        },
        new("dpmpp_3m_exact", "DPM++ 3M exact", 3, 1, Plus)
            { Make = _ => new DpmSolverMultistep(3) { Second = SecondDerivative.Full } },
        new("dpmpp_2m_sde", "DPM++ 2M SDE", 2, 1, Plus)
        {
            ClassName = "DPMSolverMultistepScheduler",
            Options = """{"algorithm_type":"sde-dpmsolver++","solver_order":2,"solver_type":"midpoint"}""",
            Settings = ["eta", "s_noise"],
            IsStochastic = true,
            Make = call => new DpmSolverMultistep(2) { Eta = call.Eta ?? 1, NoiseScale = call.NoiseScale ?? 1 },
        },
        new("dpmpp_2m_sde_heun", "DPM++ 2M SDE Heun", 2, 1, Plus)
        {
            ClassName = "DPMSolverMultistepScheduler",
            Options = """{"algorithm_type":"sde-dpmsolver++","solver_order":2,"solver_type":"heun"}""",
            Settings = ["eta", "s_noise"],
            IsStochastic = true,
            Make = call => new DpmSolverMultistep(2, weight: DifferenceWeight.Heun) { Eta = call.Eta ?? 1, NoiseScale = call.NoiseScale ?? 1 },
        },
        new("dpmpp_3m_sde", "DPM++ 3M SDE", 2, 1, "k-diffusion")
        {
            Settings = ["eta", "s_noise"],
            IsStochastic = true,
            Make = call => new DpmSolverMultistep(3) { Eta = call.Eta ?? 1, NoiseScale = call.NoiseScale ?? 1 },
        },
        new("dpmpp_2s", "DPM++ 2S", 2, 2, Plus) { Make = _ => new DpmSolverStages(2) },
        new("dpmpp_3s", "DPM++ 3S", 3, 3, Plus) { Make = _ => new DpmSolverStages(3) },
        new("dpm_3s", "DPM-Solver 3S", 3, 3, Lu) { Make = _ => new DpmSolverStages(3, SolvedFor.Noise) },
        new("dpmpp_singlestep", "DPM++ singlestep", 2, 1, Plus) { ClassName = "DPMSolverSinglestepScheduler" },
        new("dpmpp_2s_ancestral", "DPM++ 2S a", 2, 2, "k-diffusion")
        {
            Settings = ["eta", "s_noise"],
            IsStochastic = true,
            Make = call => new Dpmpp2SAncestral(call.Eta ?? 1, call.NoiseScale ?? 1),
        },
        new("dpmpp_sde", "DPM++ SDE", 2, 2, "k-diffusion")
        {
            ClassName = "DPMSolverSDEScheduler",
            Settings = ["eta", "s_noise"],
            IsStochastic = true,
            Make = call => new DpmppSde(call.Eta ?? 1, call.NoiseScale ?? 1),
        },
        new("res_multistep", "RES multistep", 2, 1, "arXiv:2308.02157")
            { Make = _ => new DpmSolverMultistep(2, weight: DifferenceWeight.Heun) },
        new("deis", "DEIS", 2, 1, Deis) { ClassName = "DEISMultistepScheduler", Make = _ => new Deis() },
        new("deis_tab", "DEIS tAB3", 4, 1, Deis) { Settings = ["order"], Make = call => new DeisTime(call.Order ?? 4) },
        new("rho_rk2", "Midpoint", 2, 2, Deis) { Make = _ => new RhoRungeKutta(2) },
        new("rho_rk3", "Kutta 3", 3, 3, Deis) { Make = _ => new RhoRungeKutta(3) },
        new("rho_rk4", "Runge-Kutta 4", 4, 4, Deis) { Make = _ => new RhoRungeKutta(4) },
        new("uni_pc_bh2", "UniPC bh2", 3, 1, "arXiv:2302.04867")
        {
            ClassName = "UniPCMultistepScheduler",
            Options = """{"solver_type":"bh2","solver_order":2}""",
            Make = _ => new UniPc(),
        },
        new("uni_pc", "UniPC", 4, 1, "arXiv:2302.04867")
        {
            ClassName = "UniPCMultistepScheduler",
            Options = """{"solver_type":"bh1","solver_order":3}""",
            Make = _ => new UniPc(3, UniPcVariant.Bh1),
        },
        new("sa_solver", "SA-Solver", 2, 1, "arXiv:2309.05019")
            { ClassName = "SASolverScheduler", IsStochastic = true, Make = _ => new SaSolver() },
        new("er_sde", "ER-SDE 3", 2, 1, "arXiv:2309.06169") { Settings = ["order", "s_noise"], IsStochastic = true, Make = call => new ErSde(call.Order ?? 3, call.NoiseScale ?? 1) },
        new("gradient_estimation", "Gradient estimation", 1, 1, "arXiv:2306.04848") { Make = _ => new GradientEstimation() },
        new("restart", "Restart", 2, 2, "arXiv:2306.14878")
        {
            IsStochastic = true,
            Make = _ => new Restart(new RestartInterval(3, 2, 0.06, 0.30)),   // CIFAR-10, variance preserving
        },
        new("lcm", "LCM", 1, 1, "arXiv:2310.04378")
        {
            ClassName = "LCMScheduler",
            Aliases = ["flow_lcm", "FlowMatchLCMScheduler"],
            IsStochastic = true,
            Make = _ => new MultistepConsistency(),
            MakeForFlow = _ => new MultistepConsistency(),
        },
        new("tcd", "TCD", 1, 1, "arXiv:2402.19159") { ClassName = "TCDScheduler", Settings = ["eta"], IsStochastic = true },
    ];

    private static readonly Dictionary<string, NamedSolver> ByName = Index();

    /// <summary>
    /// The solver of a name: in any spelling of case, blanks and punctuation, in the names of diffusers, k-diffusion, ComfyUI
    /// and the web UIs, with or without a leading <c>k_</c> or <c>sample_</c>.
    /// </summary>
    /// <param name="name">
    /// The name; a schedule's may follow it, as in "DPM++ 2M Karras". A class of diffusers means it with the options that the
    /// model's own configuration has.
    /// </param>
    /// <param name="schedule">The name of that schedule; null where none follows.</param>
    /// <exception cref="ArgumentException">The name is not known.</exception>
    public static NamedSolver Find(string name, out string? schedule)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Search(name, out schedule) ?? throw new ArgumentException(
            $"{Printable.Escape(name)} is no solver; there are {string.Join(", ", All.Select(solver => solver.Name))}.", nameof(name));
    }

    /// <summary>The schedule that the name of a solver, with its settings, ends with; null for none.</summary>
    internal static string? ScheduleIn(string solver)
    {
        _ = Search(Settings.Parse(solver).Name, out string? schedule);
        return schedule;
    }

    private static NamedSolver? Search(string name, out string? schedule)
    {
        string plain = Plain(name);
        schedule = null;
        if (ByName.TryGetValue(plain, out NamedSolver? found)) return found;
        foreach (string trailing in ScheduleNames.ByName.Keys)
        {
            string end = Plain(trailing);
            if (!plain.EndsWith(end, StringComparison.Ordinal) || !ByName.TryGetValue(plain[..^end.Length], out found)) continue;
            schedule = trailing;
            return found;
        }

        return null;
    }

    /// <summary>The name of what a configuration asks for: its class where no solver of ours has all of its options.</summary>
    internal static string Of(ModelConfig config)
        => All.FirstOrDefault(solver => solver.Matches(config))?.Name ?? config.ReadText("_class_name");

    private static Dictionary<string, NamedSolver> Index()
    {
        var index = new Dictionary<string, NamedSolver>(StringComparer.Ordinal);
        foreach (NamedSolver solver in All)
            foreach (string name in (IEnumerable<string>)[solver.Name, solver.Title, .. solver.Aliases.Except(DiffusersScheduler.Classes, StringComparer.Ordinal)])
                index.TryAdd(Plain(name), solver);
        foreach (string name in DiffusersScheduler.Classes)
        {
            NamedSolver solver = All.FirstOrDefault(solver => solver.ClassName == name || solver.Aliases.Contains(name, StringComparer.Ordinal))
                ?? new NamedSolver(name, name, 0, 1, "diffusers") { ClassName = name };
            index.TryAdd(Plain(name), solver with { Options = "{}", FoundAs = name });   // as the model's file has it
        }

        return index;
    }

    /// <summary>Lower-case letters and digits, "++" as "pp", without what merely says whose name it is.</summary>
    private static string Plain(string name)
    {
        string plain = string.Concat(name.ToLowerInvariant().Replace("++", "pp", StringComparison.Ordinal).Where(char.IsAsciiLetterOrDigit));
        if (name.StartsWith("sample_", StringComparison.OrdinalIgnoreCase)) plain = plain["sample".Length..];
        if (name.StartsWith("k_", StringComparison.OrdinalIgnoreCase)) plain = plain[1..];
        return plain.EndsWith("scheduler", StringComparison.Ordinal) ? plain[..^"scheduler".Length] : plain;
    }
}
