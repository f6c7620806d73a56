namespace Rubato.Pipelines.Schedulers;

/// <summary>diffusers' scheduler classes: which solver each is, and what its options do.</summary>
internal static class SchedulerClasses
{
    public static readonly IReadOnlyDictionary<string, Func<SchedulerConfig, BuiltScheduler>> ByName =
        new Dictionary<string, Func<SchedulerConfig, BuiltScheduler>>(StringComparer.Ordinal)
        {
            ["CMStochasticIterativeScheduler"] = EdmSchedulers.BuildConsistency,
            ["DDIMInverseScheduler"] = TableSchedulers.BuildDdimInverse,
            ["DDIMScheduler"] = TableSchedulers.BuildDdim,
            ["DDPMScheduler"] = TableSchedulers.BuildDdpm,
            ["DEISMultistepScheduler"] = LambdaSchedulers.BuildDeis,
            ["DPMSolverMultistepInverseScheduler"] = LambdaSchedulers.BuildDpmInverse,
            ["DPMSolverMultistepScheduler"] = LambdaSchedulers.BuildDpmMultistep,
            ["DPMSolverSDEScheduler"] = KappaSchedulers.BuildDpmSde,
            ["DPMSolverSinglestepScheduler"] = LambdaSchedulers.BuildDpmSinglestep,
            ["EDMDPMSolverMultistepScheduler"] = EdmSchedulers.BuildDpm,
            ["EDMEulerScheduler"] = EdmSchedulers.BuildEuler,
            ["EulerAncestralDiscreteScheduler"] = KappaSchedulers.BuildEulerAncestral,
            ["EulerDiscreteScheduler"] = KappaSchedulers.BuildEuler,
            ["FlowMapEulerDiscreteScheduler"] = FlowSchedulers.BuildMap,
            ["FlowMatchEulerDiscreteScheduler"] = FlowSchedulers.BuildEuler,
            ["FlowMatchHeunDiscreteScheduler"] = FlowSchedulers.BuildHeun,
            ["FlowMatchLCMScheduler"] = FlowSchedulers.BuildLcm,
            ["HeunDiscreteScheduler"] = KappaSchedulers.BuildHeun,
            ["IPNDMScheduler"] = TrigSchedulers.BuildIpndm,
            ["KDPM2AncestralDiscreteScheduler"] = KappaSchedulers.BuildDpm2Ancestral,
            ["KDPM2DiscreteScheduler"] = KappaSchedulers.BuildDpm2,
            ["LCMScheduler"] = TableSchedulers.BuildLcm,
            ["LMSDiscreteScheduler"] = KappaSchedulers.BuildLms,
            ["LTXEulerAncestralRFScheduler"] = FlowSchedulers.BuildAncestral,
            ["PNDMScheduler"] = TableSchedulers.BuildPndm,
            ["RePaintScheduler"] = TableSchedulers.BuildRePaint,
            ["SASolverScheduler"] = LambdaSchedulers.BuildSa,
            ["SCMScheduler"] = TrigSchedulers.BuildScm,
            ["ScoreSdeVeScheduler"] = EdmSchedulers.BuildScoreSde,
            ["TCDScheduler"] = TableSchedulers.BuildTcd,
            ["UniPCMultistepScheduler"] = LambdaSchedulers.BuildUniPc,
        };
}
